import { expect, test } from 'vitest';
import { send } from '../client.js';
import { insertEmployee } from '../factories.js';
import { useStipend } from '../harness.js';

const t = await useStipend();

const answerBytes = 5_000;
const small = await t.startAnother({ MAX_ANSWER_BYTES: String(answerBytes) });
const read = (query: string, variables = {}) => send(small.url, { query, variables, token: t.admin.token });

for (let index = 0; index < 20; index++) {
  await insertEmployee(t.database, {
    name: `Große ${'é'.repeat(90)} ${index}`,
    email: `e${index}@example.com`,
  });
}

const times = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => make(index)).join(' ');

const employees = 'query ($first: Int!) { employees(first: $first) { nodes { id name } } }';

test('an answer up to MAX_ANSWER_BYTES is sent, and a larger one is refused, each time', async () => {
  const sizes: number[] = [];
  for (let first = 1; first <= 21; first++) {
    const { data, errors, text } = await read(employees, { first });
    const bytes = Buffer.byteLength(text);
    if (data) sizes.push(bytes);
    else {
      expect(errors).toEqual([
        {
          message: `The answer is larger than ${answerBytes} bytes.`,
          extensions: { code: 'QUERY_TOO_COMPLEX' },
        },
      ]);
    }
  }
  expect(sizes.length).toBeLessThan(21);
  expect(sizes.length).toBeGreaterThan(15);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(answerBytes);
  // One more row would have been too much.
  expect(Math.max(...sizes)).toBeGreaterThan(answerBytes - 300);
});

test('a first answer that is too large is refused as well, whoever reads', async () => {
  const introspection = '{ __schema { types { name description fields { name description } } } }';
  for (const token of [undefined, t.admin.token]) {
    const answer = await send(small.url, { query: introspection, token });
    expect(answer.errors).toMatchObject([{ extensions: { code: 'QUERY_TOO_COMPLEX' } }]);
    expect(answer.data).toBeUndefined();
  }
});

test('errors count as part of the answer', async () => {
  const query = (count: number) =>
    `{ employees(first: 20) { nodes { ${times(count, (i) => `a${i}: salaryAt(date: "0000-01-01") { unit }`)} } } }`;
  const few = await read(query(1));
  expect(few.errors?.length).toBe(20);
  const many = await read(query(5));
  expect(many.errors?.map(({ extensions }) => extensions.code)).toEqual(['QUERY_TOO_COMPLEX']);
});
