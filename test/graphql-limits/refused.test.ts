import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { type Answer, post } from '../client.js';
import { expectCode, expectData } from '../expect.js';
import { useStipend } from '../harness.js';

const t = await useStipend();

const times = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => make(i)).join(' ');

/** Fragments that each spread the next one twice: 2 to the power of `levels` fields when written out. */
function doubling(levels: number): string {
  const fragments = times(levels, (i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`);
  return `{ ...F0 } ${fragments} fragment F${levels} on Query { me { id } }`;
}

const nested = (levels: number): string =>
  levels === 0 ? 'id' : `employee { payments(first: 1) { nodes { ${nested(levels - 1)} } } }`;

const tooMuch: Record<string, string> = {
  '10,000 aliases': `{ ${times(10_000, (i) => `a${i}: __typename`)} }`,
  '31 aliases of __typename': `{ me { ${times(31, (i) => `a${i}: __typename`)} } }`,
  '31 aliases by way of fragments': `{ me { ${times(4, () => '...A')} } } fragment A on User { ${times(8, (i) => `a${i}: id`)} }`,
  '21 root fields': `{ ${times(21, () => '__typename')} }`,
  '21 root fields by way of a fragment': `{ ...A ...A ...A } fragment A on Query { ${times(7, () => '__typename')} }`,
  '17 levels': `{ payments(first: 1) { nodes { ${nested(6)} } } }`,
  '21 directives': `{ me { id ${times(21, () => '@include(if: true)')} } }`,
  'a 65,536-fold fan-out of fragments': doubling(16),
  'fragments that spread one another in a circle':
    '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }',
  '11 operations': times(11, (i) => `query Q${i} { __typename }`),
  '100 payments of each of 100 employees with their issuers':
    '{ employees(first: 100) { nodes { payments(first: 100) { nodes { issuedBy { id } } } } } }',
  '500 logins': `mutation { ${times(500, (i) => `a${i}: login(username: "admin", password: "guess ${i}") { token }`)} }`,
};

function expectTooComplex(answer: Answer): void {
  expectCode(answer, 'QUERY_TOO_COMPLEX');
  expect(answer.data).toBeUndefined();
  expect(answer.text.length).toBeLessThan(10_000);
}

test.each(Object.entries(tooMuch))(
  '%s are refused, for an admin too, and before any SQL',
  async (_name, document) => {
    await t.gql('{ me { id } }', {}, t.admin);
    const before = t.statements.length;
    expectTooComplex(await t.gql(document, {}, t.admin));
    expectTooComplex(await t.gql(document, {}, t.admin));
    expect(t.statements.length).toBe(before);
  },
);

test('a page size that comes in a variable counts, each time anew', async () => {
  const document = `query ($n: Int) {
    employees(first: $n) { nodes { payments(first: $n) { nodes { issuedBy { id } } } } }
  }`;
  expectData(await t.gql(document, { n: 10 }, t.admin));
  expectTooComplex(await t.gql(document, { n: 100 }, t.admin));
  expectData(await t.gql(document, { n: 10 }, t.admin));
});

test('what clients do ask for is within the limits', async () => {
  const document = `{ employees(first: 20) { totalCount nodes { id name salary { amount currency }
    payments(first: 10) { nodes { id amount { amount } issuedBy { username } } } } pageInfo { endCursor } } }`;
  expectData(await t.gql(document, {}, t.admin));
});

test('of a document with many faults, five are told', async () => {
  const answer = await t.gql(`{ ${times(20, (i) => `nothing${i}`)} }`, {}, t.admin);
  expect(answer.errors).toHaveLength(5);
  expect(answer.errors?.every((error) => error.extensions.code === 'GRAPHQL_VALIDATION_FAILED')).toBe(true);
});

test('an array of requests is refused, and none of it runs', async () => {
  const response = await fetch(`${t.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${t.admin.token}` },
    body: JSON.stringify([{ query: '{ me { id } }' }, { query: '{ me { id } }' }]),
  });
  expect(response.status).toBe(400);
  expect(JSON.parse(await response.text()).data).toBeUndefined();
});

test('no document is remembered by its hash, where the limits of a request would not see it', async () => {
  const query = 'query ($n: Int) { employees(first: $n) { totalCount } }';
  const sha256Hash = createHash('sha256').update(query).digest('hex');
  const ask = (body: object) =>
    post(t.url, JSON.stringify({ ...body, extensions: { persistedQuery: { version: 1, sha256Hash } } }), {
      authorization: `Bearer ${t.admin.token}`,
    });
  await ask({ query });
  const answer = await ask({ variables: { n: 1 } });
  expect(answer.data).toBeUndefined();
  expect(answer.errors).toHaveLength(1);
});
