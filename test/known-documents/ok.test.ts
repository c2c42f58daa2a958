import { getIntrospectionQuery } from 'graphql';
import { expect, test } from 'vitest';
import { insertEmployee } from '../factories.js';
import { World } from '../permissions/world.js';
import {
  bodyOf,
  companyStatements,
  expectSame,
  makeKnown,
  send,
  sendKnown,
  sendUnseen,
  unseen,
  useServer,
} from './support.js';

// Generated documents (generated.test.ts) try most of what a document can be. Here is what they don't reach.
const t = await useServer({ MAX_ALIASES: '200' });
const { token } = t.admin;
const world = await World.create(t);
const id = world.employeeId.others;
const name = 'Stranger Stella';

const cases: Array<[string, string, object]> = [
  [
    'more columns than a function of PostgreSQL has arguments',
    `query ($id: ID!) { employee(id: $id) { name
       ${Array.from({ length: 105 }, (_, n) => `p${n}: payments(first: 1) { nodes { id } }`).join(' ')} } }`,
    { id },
  ],
  [
    'rows of a list in several places',
    `query ($id: ID!) { payments(first: 2) { nodes { id } nodes { amount { currency } } ... { nodes { amount { amount } } } }
       a: employee(id: $id) { payments(first: 2) { a: nodes { id } b: nodes { kind } } } b: employee(id: $id) { ...E }
       employee(id: $id) { name } employee(id: $id) { email salary { amount } salary { currency } } }
     fragment E on Employee { payments { __typename } payments { totalCount } }`,
    { id },
  ],
  [
    'a fragment of a list that is beside edges in one place, and alone in another',
    `{ a: payments(first: 2) { ...P } b: payments(first: 2) { ...P edges { cursor node { id } } } }
     fragment P on PaymentConnection { nodes { id ...M } } fragment M on Payment { amount { amount } }`,
    {},
  ],
  ['the schema', getIntrospectionQuery({ descriptions: true, specifiedByUrl: true, oneOf: true }), {}],
  ['nothing but __typename', '{ __typename }', {}],
  ['white space', '\n{\n\n employees (\nfirst: 1\n) { nodes\n\n{ name,,,\n } } } # x\n', {}],
];

test.each(cases)('%s: the answer of a known document is the same', async (_what, query, variables) => {
  const answer = await expectSame(t, { query, variables, token });
  expect(answer.status).toBe(200);
  expect(bodyOf(answer).errors).toBeUndefined();
});

const memberNames = ['__proto__', 'constructor', 'toString', 'toJSON', 'then'];
const membersBefore = Object.getOwnPropertyNames(Object.prototype);

test.each(memberNames)('%s is a name like any other', async (alias) => {
  const query = `query ${alias}($${alias}: ID!) { ${alias}: employee(id: $${alias}) { ...${alias} ${alias}: payments(first: 2) {
    ${alias}: nodes { ${alias}: kind } } } } fragment ${alias} on Employee { name }`;
  const sent = { query, operationName: alias, token };
  const answer = await expectSame(t, { ...sent, variables: Object.fromEntries([[alias, id]]) });
  expect(answer.body).toContain(
    `{"${alias}":{"name":"${name}","${alias}":{"${alias}":[{"${alias}":"SALARY"}`,
  );
  expect(bodyOf(await expectSame(t, { ...sent, variables: {} })).errors).toHaveLength(1);
  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(membersBefore);
});

test('each of several operations in one document is run by its name, and none without one', async () => {
  const query = `query A { me { username ...U } } query B($id: ID!) { employee(id: $id) { name } }
    query C { __typename } fragment U on User { id }`;
  const sendNamed = async (operationName: unknown, variables = {}) =>
    bodyOf(await expectSame(t, { query, operationName, variables, token })).data;
  expect(await sendNamed('A')).toEqual({ me: { username: 'admin', id: t.admin.id } });
  expect(await sendNamed('B', { id })).toEqual({ employee: { name } });
  expect(await sendNamed('C')).toEqual({ __typename: 'Query' });
  for (const other of ['D', 'a', '', 'constructor', '__proto__', null, undefined]) {
    expect(await sendNamed(other), String(other)).toBeUndefined();
  }
  const direct = 'query A { __typename } query B { __typename }';
  expect(bodyOf(await expectSame(t, { query: direct, token })).data).toBeUndefined();
});

test('a condition is decided by the variables of each request', async () => {
  const query = unseen(
    `query ($id: ID!, $a: Boolean!, $b: Boolean = false) { x: employee(id: $id) { id ...F @include(if: $a) }
       y: employee(id: $id) { ...F title @skip(if: $b) } } fragment F on Employee { name }`,
  );
  const title = 'Stranger title';
  for (const [a, b] of [
    [true, true],
    [false, true],
    [true, undefined],
    [false, false],
  ]) {
    const answer = await send(t, { query, variables: { id, a, b }, token });
    expect(bodyOf(answer)).toEqual({
      data: { x: { id, ...(a && { name }) }, y: { name, ...(!b && { title }) } },
    });
  }
});

test('rows that change between two requests are read anew', async () => {
  const query = unseen('query ($id: ID!) { employee(id: $id) { title } }');
  for (const title of ['First', 'Second', 'Third']) {
    await t.database.sql('UPDATE employees SET title = $1 WHERE id = $2', [title, id]);
    expect(bodyOf(await send(t, { query, variables: { id }, token })).data).toEqual({ employee: { title } });
  }
});

test('a page without rows is an empty list', async () => {
  const unpaid = await insertEmployee(t.database, { name: 'Unpaid' });
  const query = `query ($id: ID!, $of: PaymentFilter) {
    employee(id: $id) { name payments { nodes { id note } pageInfo { endCursor } } }
    payments(filter: $of) { nodes { id } pageInfo { hasNextPage startCursor } }
    employees(filter: { search: "Unpaid" }) { nodes { payments { nodes { id } } } } }`;
  const answer = await expectSame(t, { query, variables: { id: unpaid, of: { employeeId: unpaid } }, token });
  expect(bodyOf(answer).data).toEqual({
    employee: { name: 'Unpaid', payments: { nodes: [], pageInfo: { endCursor: null } } },
    payments: { nodes: [], pageInfo: { hasNextPage: false, startCursor: null } },
    employees: { nodes: [{ payments: { nodes: [] } }] },
  });
});

test('a known document reads employees, their payments and who issued these by one statement', async () => {
  const query = unseen(
    `{ employees(first: 5) { nodes { __typename name payments(first: 2) { __typename nodes { id amount { amount currency }
       issuedBy { username } } } } pageInfo { endCursor } } }`,
  );
  await makeKnown(t, { query, token });
  const before = companyStatements(t);
  await sendKnown(t, { query, token });
  expect(companyStatements(t) - before).toBe(1);
});

test('a bad page within rows is refused in its own place, before anything is read', async () => {
  const query = `query ($first: Int!, $id: ID!) { employee(id: $id) { name }
    other: employee(id: $id) { name payments(first: $first) { nodes { id } } } }`;
  const sent = { query: unseen(query), variables: { first: 0, id }, token };
  const answer = await expectSame(t, sent);
  expect(bodyOf(answer)).toEqual({
    errors: [
      expect.objectContaining({
        path: ['other', 'payments'],
        extensions: { code: 'BAD_USER_INPUT', field: 'first' },
      }),
    ],
    data: { employee: { name }, other: null },
  });
  await makeKnown(t, sent);
  expect(await sendKnown(t, sent)).toEqual(await sendUnseen(t, sent));
});

test('a column that is null against the rules is an error, and not the value of the column after it', async () => {
  // As many rows as an employee has columns here: what they lack together is the length of a row.
  const untitled = await Promise.all(
    [1, 2, 3, 4].map((n) => insertEmployee(t.database, { name: `Person ${n}`, department: 'Untitled' })),
  );
  await t.database.sql('ALTER TABLE employees ALTER COLUMN title DROP NOT NULL');
  await t.database.sql('UPDATE employees SET title = NULL WHERE id = ANY($1)', [untitled]);
  try {
    for (const query of [
      `{ employee(id: "${untitled[0]}") { id name title department } }`,
      '{ employees(filter: { department: "Untitled" }) { nodes { id name title department } } }',
    ]) {
      const answer = await expectSame(t, { query, token });
      expect(bodyOf(answer).errors?.map(({ extensions }) => extensions)).toEqual([
        { code: 'INTERNAL_SERVER_ERROR' },
      ]);
    }
  } finally {
    await t.database.sql("UPDATE employees SET title = 'Engineer' WHERE title IS NULL");
    await t.database.sql('ALTER TABLE employees ALTER COLUMN title SET NOT NULL');
  }
});
