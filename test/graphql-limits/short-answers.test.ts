import { expect, test } from 'vitest';
import { leastCpuMs } from '../cpu-time.js';
import { expectCode } from '../expect.js';
import { useStipend } from '../harness.js';

const t = await useStipend();

const times = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => make(i)).join(' ');

const chain = (name: string) =>
  `${times(100, (i) => `fragment ${name}${i} on User { ...${name}${i + 1} }`)} fragment ${name}100 on User { id }`;

/** Wrong as often, or at as much cost, as a document within the limits can be; a fragment that nothing spreads is measured by nobody. */
const wrong: Record<string, string> = {
  'one variable, given 400 times': `query (${times(400, () => '$v: Int')}) { me { id } }`,
  'one variable, given 400 times, after 900 lines': `${'\n'.repeat(900)}query (${times(400, () => '$v: Int')}) { me { id } }`,
  'one argument, given 500 times, after 900 lines': `${'\n'.repeat(900)}{ employee(${times(500, () => 'id: 1')}) { id } }`,
  'fields that there are not, after 15,000 lines': `${'\n'.repeat(15_000)}{ ${times(20, (i) => `x${i}`)} }`,
  '400 variables that nothing uses': `query (${times(400, (i) => `$v${i}: Int`)}) { me { id } }`,
  '380 fields that there are not': `{ ${times(19, (i) => `x${i} { ${times(20, (j) => `y${j}`)} }`)} }`,
  'names of 10,000 letters': `{ ${times(20, (i) => 'x'.repeat(10_000) + i)} }`,
  '20 circles of 200 fragments': `{ me { id } }
    ${times(199, (i) => `fragment F${i} on User { ...F${i + 1} }`)} fragment F199 on User { ${times(20, (i) => `...F${i}`)} }`,
  'a circle of 200 fragments that nothing asks for': `{ me { id } }
    ${times(200, (i) => `fragment F${i} on User { ...F${(i + 1) % 200} ...F${(i + 2) % 200} }`)}`,
  'two chains of 100 fragments, side by side': `{ me { nothing ...F0 ...G0 } } ${chain('F')} ${chain('G')}`,
  'a list within a list, 900 levels deep': `{ payments(first: ${'['.repeat(900)}${']'.repeat(900)}) { totalCount } }`,
  'an object within an object, 480 levels deep': `{ payments(filter: ${'{a:'.repeat(480)}1${'}'.repeat(480)}) { totalCount } }`,
  'a type of lists within lists, 900 levels deep': `query ($a: ${'['.repeat(900)}Int${']'.repeat(900)}) { me { id } }`,
  'levels upon levels that nothing asks for': `{ me { id } } fragment A on User { ${'employee { '.repeat(600)} id ${'}'.repeat(600)} }`,
  '28 fragments that each spread all that follow': `{ me { id } }
    ${times(28, (i) => `fragment F${i} on User { id ${times(27 - i, (j) => `...F${i + j + 1}`)} }`)}`,
  'a 150 times doubled fan-out that nothing asks for': `{ me { id } }
    ${times(150, (i) => `fragment F${i} on User { ...F${i + 1} ...F${i + 1} }`)} fragment F150 on User { id }`,
  'one field 1,900 times in a fragment': `{ me { id } } fragment A on User { ${times(1_900, () => 'id')} }`,
  'one list 200 times with other arguments': `{ me { id } }
    fragment A on Employee { ${times(200, (i) => `payments(first: ${i}) { totalCount }`)} }`,
  '20 lists of 20 lists': `{ me { id } }
    fragment A on Employee { ${times(20, () => `payments { ${times(20, () => 'nodes { id }')} }`)} }`,
  '10,000 aliases': `{ ${times(10_000, (i) => `a${i}: __typename`)} }`,
  'a 65,536-fold fan-out': `{ me { ...F0 } }
    ${times(16, (i) => `fragment F${i} on User { ...F${i + 1} ...F${i + 1} }`)} fragment F16 on User { id }`,
};

test.each(Object.entries(wrong))(
  '%s: refused within 100 ms and 10 KB, in at most five errors with at most five places',
  async (_name, document) => {
    const leastMs = await leastCpuMs(5, 100, async (round) => {
      // Another document each time: what is known to be wrong is refused sooner.
      const { errors = [], text, data } = await t.gql(`${document} # ${round}`, {}, t.admin);
      expect(data).toBeUndefined();
      expect(errors.length).toBeGreaterThan(0);
      expect(errors.length).toBeLessThanOrEqual(5);
      for (const { extensions, locations = [] } of errors) {
        expect(extensions.code).toMatch(/^(QUERY_TOO_COMPLEX|GRAPHQL_VALIDATION_FAILED)$/);
        expect(locations.length).toBeLessThanOrEqual(5);
      }
      expect(text.length).toBeLessThan(10_000);
    });
    expect(leastMs).toBeLessThan(100);
  },
);

test('of a fault of 400 fields that are one, five places are told', async () => {
  const fields = times(400, () => 'salaryAt(date: "0000-00-00") { effectiveFrom }');
  const answer = await t.gql(`{ employee(id: "${t.employee.employeeId}") { ${fields} } }`, {}, t.admin);
  expect(answer.errors?.length).toBeGreaterThan(0);
  expect(answer.text.length).toBeLessThan(10_000);
});

test('of what can not be parsed, no more is repeated than shows the place', async () => {
  const answer = await t.gql(`{ me { id } } ${'x'.repeat(10_000)}`, {}, t.admin);
  expectCode(answer, 'GRAPHQL_PARSE_FAILED');
  expect(answer.errors?.[0]?.message).toMatch(/^Syntax Error: Unexpected Name "x+ \(line 1, column 15\)$/);
  expect(answer.text.length).toBeLessThan(500);
});
