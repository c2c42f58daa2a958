import { expect, test } from 'vitest';
import { insertEmployee, insertPayment } from '../factories.js';
import { World } from '../permissions/world.js';
import { ask, bodyOf, companyStatements, expectSame, makeKnown, unseen, useWays } from './support.js';

// What is written of a row's columns, and what is not: the answer has to be the same to the byte.
const ways = await useWays({ MAX_ALIASES: '200' });
const { admin, employee, viewer, database } = ways.t;
const world = await World.create(ways.t);
const id = world.employeeId.others;
const payment = world.paymentId.others;

const payments = 'nodes { id amount { amount currency } note issuedBy { username } }';

/** Cases whose rows are written of their columns in one place at least. */
const cases: Array<[string, string, object]> = [
  [
    'every field that is made of columns',
    `query ($id: ID!, $p: ID!) {
       employee(id: $id) { id version name email title department status hiredOn terminatedOn salary { amount currency }
         salaryUnit bankAccount { holder country lastFour } createdAt updatedAt }
       payment(id: $p) { id amount { amount currency } kind period { start end } note status issuedAt voidedAt voidReason
         issuedBy { id username role admin disabledAt } } }`,
    { id, p: payment },
  ],
  [
    'fields in another order, under other names, and twice',
    `query ($id: ID!) { employee(id: $id) { z: salary { c: currency a: amount b: amount } name a: name id b: id
       pay: payments(first: 2) { rows: nodes { when: issuedAt id who: issuedBy { is: username username } } } } }`,
    { id },
  ],
  [
    '__typename wherever it can stand, as clients put it',
    `{ employees(first: 3) { __typename nodes { __typename salary { __typename amount } bankAccount { __typename }
       payments(first: 2) { __typename nodes { __typename t: __typename amount { currency __typename }
         period { __typename } issuedBy { __typename } } } } } }`,
    {},
  ],
  [
    'several pages within a row, each with arguments of its own',
    `query ($few: Int!, $none: PaymentFilter) { employees { nodes { name few: payments(first: $few) { ${payments} }
       bonuses: payments(filter: { kind: BONUS }) { nodes { id kind } }
       some: payments(first: 1, filter: { status: VOIDED }) { nodes { id voidReason } }
       none: payments(filter: $none) { nodes { id } } } } }`,
    { few: 1, none: { issuedTo: '1999-01-01T00:00:00Z' } },
  ],
  [
    'rows beside where the page stands, and how long the list is',
    `query ($after: String) { payments(first: 2, after: $after) { totalCount ${payments}
       pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
    {},
  ],
  [
    'rows of a list twice, which are parsed',
    '{ payments(first: 2) { a: nodes { id } b: nodes { kind } } employees(first: 2) { nodes { id } edges { cursor node { name } } } }',
    {},
  ],
  [
    'rows of a list within a row twice, and no rows of it',
    `query ($id: ID!) { a: employee(id: $id) { payments(first: 2) { a: nodes { id } b: nodes { kind } } }
       b: employee(id: $id) { name payments { __typename } } c: employee(id: $id) { name payments { totalCount } } }`,
    { id },
  ],
  [
    'rows in several places of one selection',
    '{ payments(first: 2) { nodes { id } nodes { amount { currency } } ... { nodes { amount { amount } } } } }',
    {},
  ],
  [
    'a fragment of rows that stands beside edges here, and alone there',
    `{ a: payments(first: 2) { ...P } b: payments(first: 2) { ...P edges { cursor } } }
     fragment P on PaymentConnection { nodes { id ...M } } fragment M on Payment { amount { amount } }`,
    {},
  ],
  [
    'a fragment of rows that stands beside others of their fields here, and beside edges there',
    `{ a: payments(first: 2) { ...P nodes { kind } } b: payments(first: 2) { ...P edges { cursor } } }
     fragment P on PaymentConnection { nodes { id } }`,
    {},
  ],
  [
    'the same columns of a row under other names',
    `query ($id: ID!, $p: ID!) { a: employee(id: $id) { name salary { amount } few: payments(first: 1) { nodes { id } } }
       b: employee(id: $id) { called: name salary { amount } few: payments(first: 1) { nodes { id } } }
       c: employee(id: $id) { name salary { much: amount } few: payments(first: 1) { nodes { id } } }
       d: employee(id: $id) { name salary { amount } few: payments(first: 1) { nodes { is: id } } }
       e: payment(id: $p) { kind note } f: payment(id: $p) { note kind } }`,
    { id, p: payment },
  ],
  [
    'rows that are parsed, with pages of one name that show different fields',
    `query ($id: ID!) { a: employee(id: $id) { salaryHistory { totalCount } payments { edges { node { id } } } }
       b: employee(id: $id) { salaryHistory { totalCount } payments { edges { node { kind amount { amount } } } } }
       c: employee(id: $id) { salaryHistory { totalCount } payments { nodes { note } } } }`,
    { id },
  ],
  [
    'a row within a row that resolvers answer',
    '{ payments(first: 3) { nodes { id employee { name payments(first: 1) { nodes { id amount { amount } } } } replaces { id } } } }',
    {},
  ],
  [
    'a row that is written, and its sibling that can not be',
    `query ($id: ID!) { a: employee(id: $id) { name } b: employee(id: $id) { name salaryHistory { nodes { unit } } }
       c: employee(id: $id) { payments(first: 2) { nodes { id } pageInfo { endCursor } } } }`,
    { id },
  ],
  [
    'more columns than a function of PostgreSQL has arguments',
    `query ($id: ID!) { employee(id: $id) { name
       ${Array.from({ length: 105 }, (_, n) => `p${n}: payments(first: 1) { nodes { id } }`).join(' ')} } }`,
    { id },
  ],
  [
    'no row',
    'query ($id: ID!) { employee(id: $id) { name } payment(id: $id) { kind } }',
    { id: world.paymentId.missing },
  ],
];

test.each(cases)('%s', async (_title, query, variables) => {
  const answer = await expectSame(ways, { query, variables, token: admin.token });
  expect(bodyOf(answer).errors).toBeUndefined();
  await expectSame(ways, { query, variables, token: viewer.token });
  await expectSame(ways, { query, variables, token: employee.token });
});

test('no page is empty for want of rows alone: an empty list, and one of people whom nobody pays', async () => {
  const unpaid = await insertEmployee(database, { name: 'Unpaid' });
  const query = `query ($id: ID!, $search: EmployeeFilter, $of: PaymentFilter) {
    employee(id: $id) { name payments { ${payments} pageInfo { endCursor } } }
    payments(filter: $of) { ${payments} pageInfo { hasNextPage startCursor } }
    employees(filter: $search) { nodes { payments { ${payments} } } } }`;
  const variables = { id: unpaid, search: { search: 'Unpaid' }, of: { employeeId: unpaid } };
  const answer = await expectSame(ways, { query, variables, token: admin.token });
  expect(bodyOf(answer).data).toEqual({
    employee: { name: 'Unpaid', payments: { nodes: [], pageInfo: { endCursor: null } } },
    payments: { nodes: [], pageInfo: { hasNextPage: false, startCursor: null } },
    employees: { nodes: [{ payments: { nodes: [] } }] },
  });
});

test('texts come as they were stored, whatever they are made of', async () => {
  const texts = [
    `"quotes" 'both' \\ back \\" and / slash`,
    'new\nline, tab\t, bell\u0007, delete\u007f, \u2028 and \u2029',
    '東京 Zürich Łódź \u{1f4b6} e\u0301 \ufffd',
    `${"'"}]}}],"x":{$1} %s ' || 1 || '`,
    'between columns: \u001f, \u001d, and twice \u001f\u001f',
    'null',
    '"null"',
  ];
  for (const text of texts) {
    const written = await insertEmployee(database, { name: text, title: text, department: text });
    const paid = await insertPayment(database, { employeeId: written, note: text });
    const answer = await expectSame(ways, {
      query: `query ($id: ID!, $p: ID!) { employee(id: $id) { name title department payments { nodes { note } } }
        payment(id: $p) { note } }`,
      variables: { id: written, p: paid },
      token: admin.token,
    });
    expect(bodyOf(answer).data).toEqual({
      employee: { name: text, title: text, department: text, payments: { nodes: [{ note: text }] } },
      payment: { note: text },
    });
  }
});

test('a null where there can be none is an error, and not the value that comes after it', async () => {
  // As many rows as an employee has columns here: what they lack together is the length of a row.
  const names = Array.from({ length: 4 }, (_, index) => `Untitled ${index}`);
  const untitled = await Promise.all(names.map((name) => insertEmployee(database, { name })));
  await database.sql('ALTER TABLE employees ALTER COLUMN title DROP NOT NULL');
  await database.sql('UPDATE employees SET title = NULL WHERE id = ANY($1)', [untitled]);
  for (const query of [
    'query ($id: ID!) { employee(id: $id) { id name title department } }',
    'query ($search: EmployeeFilter) { employees(filter: $search) { nodes { id name title department } } }',
  ]) {
    const variables = query.includes('$id') ? { id: untitled[0] } : { search: { search: 'Untitled' } };
    const answer = await expectSame(ways, { query, variables, token: admin.token });
    expect(bodyOf(answer).errors?.map(({ extensions }) => extensions?.code)).toEqual([
      'INTERNAL_SERVER_ERROR',
    ]);
  }
  await database.sql("UPDATE employees SET title = 'Engineer' WHERE title IS NULL");
  await database.sql('ALTER TABLE employees ALTER COLUMN title SET NOT NULL');
});

test('an amount has the digits of its currency', async () => {
  const employeeId = await insertEmployee(database);
  const amounts: Array<[bigint, string, string]> = [
    [1n, 'EUR', '0.01'],
    [100n, 'USD', '1.00'],
    [125_050n, 'CHF', '1250.50'],
    [1n, 'JPY', '1'],
    [1_000n, 'XOF', '1000'],
    [1n, 'BHD', '0.001'],
    [10_000n, 'TND', '10.000'],
    [9_223_372_036_854_775_807n, 'GBP', '92233720368547758.07'],
    [9_223_372_036_854_775_807n, 'KWD', '9223372036854775.807'],
    [9_223_372_036_854_775_807n, 'KRW', '9223372036854775807'],
  ];
  for (const [amountMinor, currency, amount] of amounts) {
    const id = await insertPayment(database, { employeeId, amountMinor, currency });
    const query = 'query ($id: ID!) { payment(id: $id) { amount { amount currency } } }';
    const answer = await expectSame(ways, { query, variables: { id }, token: admin.token });
    expect(bodyOf(answer).data).toEqual({ payment: { amount: { amount, currency } } });
  }
});

test('a page that can not be is refused in its own place, and what stands beside it is answered', async () => {
  const query = `query ($first: Int!, $id: ID!) { employees(first: 2) { nodes { name payments(first: $first) { nodes { id } } } }
    employee(id: $id) { name } }`;
  const answer = await expectSame(ways, { query, variables: { first: 0, id }, token: admin.token });
  const { data, errors = [] } = bodyOf(answer);
  expect(errors.map(({ path }) => path)).toEqual([
    ['employees', 'nodes', 0, 'payments'],
    ...(errors.length > 1 ? [['employees', 'nodes', 1, 'payments']] : []),
  ]);
  expect(errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'first' });
  expect(data ?? null).toBeNull();
});

test('what fails for another reason is not read again', async () => {
  const sent = {
    query: unseen('query ($id: ID!, $bad: ID!) { employee(id: $id) { name } payment(id: $bad) { kind } }'),
    variables: { id, bad: 'no id' },
    token: admin.token,
  };
  await makeKnown(ways.known, sent);
  const before = companyStatements(ways);
  const { data, errors } = bodyOf(await ask(ways.known, sent));
  expect(data).toMatchObject({ payment: null });
  expect(errors?.map(({ path }) => path)).toEqual([['payment']]);
  expect(companyStatements(ways) - before).toBe(1);
});

test('one statement reads employees, their payments and the issuers of these, once the operation is known', async () => {
  const sent = {
    query: unseen(
      `{ employees(first: 5) { nodes { __typename name payments(first: 2) { __typename ${payments} } }
         pageInfo { endCursor } } }`,
    ),
    token: admin.token,
  };
  await makeKnown(ways.known, sent);
  const before = companyStatements(ways);
  const users = () => ways.known.statements.filter((text) => /FROM users/.test(text)).length;
  const usersBefore = users();
  await ask(ways.known, sent);
  expect(companyStatements(ways) - before).toBe(1);
  expect(users() - usersBefore, 'and nobody else asks for users').toBe(1);
});
