import { getIntrospectionQuery } from 'graphql';
import { expect, test } from 'vitest';
import { World } from '../permissions/world.js';
import { bodyOf, expectSame, useWays } from './support.js';

const ways = await useWays();
const { admin } = ways.t;
const world = await World.create(ways.t);
const id = world.employeeId.others;
const payment = world.paymentId.others;

const cases: Array<[string, string, object]> = [
  [
    'one object by its id',
    'query ($id: ID!) { employee(id: $id) { id name salary { amount currency } } }',
    { id },
  ],
  ['an operation with a name', 'query Named($id: ID!) { employee(id: $id) { name } }', { id }],
  [
    'a page',
    '{ employees(first: 3) { totalCount nodes { name status hiredOn terminatedOn createdAt } } }',
    {},
  ],
  [
    'edges, cursors and where the page stands',
    '{ employees(first: 2) { edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }',
    {},
  ],
  [
    'pages within a page, and objects within those',
    `query ($first: Int!) { employees(first: 10) { nodes { name payments(first: $first) { totalCount nodes {
       amount { amount currency } kind period { start end } issuedBy { username role admin } voidedBy { username }
       payRun { id status period { start } draftedBy { username } } replaces { id replaces { id } } replacedBy { id }
     } } salaryHistory { nodes { effectiveFrom unit changedBy { username } } } } } }`,
    { first: 5 },
  ],
  [
    'there and back again',
    'query ($id: ID!) { payment(id: $id) { employee { payments { nodes { employee { name bankAccount { lastFour } } } } } } }',
    { id: payment },
  ],
  [
    'one field twice, with other arguments',
    `query ($a: Int!, $b: Int!) { few: employees(first: $a) { nodes { id } } more: employees(first: $b) { nodes { id name } }
       none: employees(first: 1, filter: { status: TERMINATED }) { nodes { id } } }`,
    { a: 1, b: 3 },
  ],
  [
    'one field of a row twice, with other arguments',
    `query ($a: Date!, $b: Date!) { employees(first: 2) { nodes {
       then: salaryAt(date: $a) { salary { amount } } now: salaryAt(date: $b) { salary { amount } } } } }`,
    { a: '1999-12-31', b: '2026-11-22' },
  ],
  [
    'a field that is asked for in several places, each with something of its own',
    `query ($id: ID!) { employee(id: $id) { name } employee(id: $id) { email salary { amount } salary { currency } }
       ...More } fragment More on Query { employee(id: $id) { title } }`,
    { id },
  ],
  [
    'fragments with a name, without one, and within one another',
    `query ($id: ID!) { ... on Query { employee(id: $id) { ...Outer ... { title } ... on Employee { department } } } }
     fragment Outer on Employee { name ...Inner }
     fragment Inner on Employee { email salary { ...Amount } }
     fragment Amount on Money { amount currency }`,
    { id },
  ],
  [
    'a fragment in several places',
    `query ($id: ID!) { employee(id: $id) { ...E } payments(first: 3) { nodes { employee { ...E } replaces { employee { ...E } } } } }
     fragment E on Employee { id name salary { amount } }`,
    { id },
  ],
  [
    '__typename at each level',
    `query ($id: ID!) { __typename q: __typename payment(id: $id) { __typename amount { __typename } employee { __typename
       payments(first: 1) { __typename nodes { __typename } edges { __typename } pageInfo { __typename } } } } }`,
    { id: payment },
  ],
  ['nothing but __typename', '{ __typename }', {}],
  ['who asks', '{ me { id username role admin disabledAt employee { name } } }', {}],
  ['the sessions', '{ sessions { createdAt lastUsedAt expiresAt ip userAgent current } }', {}],
  ['users and when they were disabled', '{ users { nodes { username disabledAt employee { name } } } }', {}],
  [
    'null for an object that there is not',
    'query ($id: ID!) { employee(id: $id) { id } }',
    { id: world.employeeId.missing },
  ],
  [
    'a number and a list as literals',
    '{ employees(first: 2, filter: {status: ACTIVE}) { nodes { id } } }',
    {},
  ],
  ['an id that is a number', 'query ($id: ID!) { payment(id: $id) { id } }', { id: payment }],
  ['the schema', getIntrospectionQuery({ descriptions: true, specifiedByUrl: true, oneOf: true }), {}],
  [
    'a type of the schema',
    'query ($n: String!) { __type(name: $n) { name fields { name type { kind ofType { name } } } } }',
    { n: 'User' },
  ],
];

test.each(cases)('%s: the answer is the same from the first time on', async (_what, query, variables) => {
  const answer = await expectSame(ways, { query, variables, token: admin.token });
  expect(answer.status).toBe(200);
  expect(bodyOf(answer).errors).toBeUndefined();
  expect(bodyOf(answer).data).toEqual(expect.anything());
});

test('a document is answered in the form in which it is written, whatever its white space', async () => {
  const query =
    '\n\n  query\n(\n$id\n:\nID\n!\n)\n{\n employee\n(\nid\n:\n$id\n)\n{\n name\n,,,\n } # x\n }\n';
  await expectSame(ways, { query, variables: { id }, token: admin.token });
});

test('each of several operations in one document is run by its name', async () => {
  const query = `query A { me { username ...U } } query B($id: ID!) { employee(id: $id) { name } }
    query C { me { role ...U } } fragment U on User { id }`;
  const send = async (operationName: string, variables = {}) =>
    bodyOf(await expectSame(ways, { query, operationName, variables, token: admin.token })).data;
  expect(await send('A')).toEqual({ me: { username: 'admin', id: admin.id } });
  expect(await send('B', { id })).toEqual({ employee: { name: 'Stranger Stella' } });
  expect(await send('C')).toEqual({ me: { role: 'ADMIN', id: admin.id } });
});

test('a document in which one operation is known is refused as ever under a name that it does not have', async () => {
  const query = 'query A { me { username } } query B { me { id } }';
  const ask = (operationName: unknown) => expectSame(ways, { query, operationName, token: admin.token });
  await ask('A');
  for (const name of ['C', 'a', '', 'constructor', '__proto__', 'toString', null, undefined]) {
    expect(bodyOf(await ask(name)).data, String(name)).toBeUndefined();
  }
});

test('rows that change between two requests are read anew', async () => {
  const sent = {
    query: 'query ($id: ID!) { employee(id: $id) { title } }',
    variables: { id },
    token: admin.token,
  };
  for (const title of ['First', 'Second', 'Third']) {
    await ways.t.database.sql('UPDATE employees SET title = $1 WHERE id = $2', [title, id]);
    const { data } = bodyOf(await expectSame(ways, sent));
    expect(data).toEqual({ employee: { title } });
  }
});
