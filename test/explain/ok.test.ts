import { beforeAll, expect, test } from 'vitest';
import { expectData } from '../expect.js';
import { useStipend } from '../harness.js';
import { countLockWaiters, duringTransaction } from '../issue-payment/support.js';
import { openSession } from '../sessions/support.js';
import { expectKeyset, fill, payOften, plansOf, type Statement, watchStatements, waysTo } from './support.js';

const sent = watchStatements();
const t = await useStipend();
await fill(t.database);
const oftenPaid = await payOften(t.database);
const [known] = await t.database.sql<{ employee: string; payment: string; run: string; issued: Date }>(
  `SELECT employee_id AS employee, id AS payment, pay_run_id AS run, issued_at AS issued FROM payments ORDER BY id LIMIT 1`,
);
if (!known) throw new Error('no payment');
const ids = { id: known.employee, p: known.payment };

/** The statements about tables of the company that an operation sends. */
async function statementsOf(query: string, variables: object = {}): Promise<Statement[]> {
  sent();
  const answer = await t.gql(query, variables, t.admin);
  expectData(answer);
  return sent().filter(
    ({ text }) => /\b(payments|employees|salary_changes)\b/.test(text) && !/\bsessions\b/.test(text),
  );
}

async function cursorOf(
  query: string,
  pick: (data: Record<string, unknown>) => string | undefined,
): Promise<string> {
  const { data } = await t.gql(query, ids, t.admin);
  const cursor = pick(data);
  if (cursor === undefined) throw new Error('no cursor');
  return cursor;
}

const endCursor = (data: unknown): string | undefined =>
  /"endCursor":"([^"]+)"/.exec(JSON.stringify(data))?.[1];

let after = { payment: '', employee: '', history: '', often: '' };
beforeAll(async () => {
  after = {
    payment: await cursorOf('{ payments(first: 100) { pageInfo { endCursor } } }', endCursor),
    employee: await cursorOf('{ employees(first: 100) { pageInfo { endCursor } } }', endCursor),
    history: await cursorOf(
      'query ($id: ID!) { employee(id: $id) { salaryHistory(first: 10) { pageInfo { endCursor } } } }',
      endCursor,
    ),
    often: await cursorOf(
      `{ employee(id: "${oftenPaid}") { payments(first: 50) { pageInfo { endCursor } } } }`,
      endCursor,
    ),
  };
});

const paymentFields = 'id amount { amount currency } kind issuedAt issuedBy { username }';
const employeeFields = 'id name email salary { amount currency } salaryUnit status bankAccount { lastFour }';

/** What is asked, how many statements it takes at most, and how many rows of a table one of them needs at most. */
const cases: Array<{
  title: string;
  query: string;
  variables?: () => object;
  statements: number;
  most: number;
}> = [
  {
    title: 'an employee by id, with the salary in force',
    query: `query ($id: ID!) { employee(id: $id) { ${employeeFields} } }`,
    variables: () => ({ id: ids.id }),
    statements: 1,
    most: 1,
  },
  {
    title: 'a payment by id, and its employee',
    query: `query ($p: ID!) { payment(id: $p) { ${paymentFields} employee { name } } }`,
    variables: () => ({ p: ids.p }),
    statements: 2,
    most: 1,
  },
  {
    title: "the first page of an employee's payments",
    query: `query ($id: ID!) { employee(id: $id) { payments(first: 10) { nodes { ${paymentFields} } } } }`,
    variables: () => ({ id: ids.id }),
    statements: 1,
    most: 11,
  },
  {
    title: "a page by cursor of an employee's payments",
    query: `query ($id: ID!, $after: String) { employee(id: $id) { payments(first: 10, after: $after) { nodes { ${paymentFields} } } } }`,
    variables: () => ({ id: ids.id, after: after.payment }),
    statements: 1,
    most: 11,
  },
  {
    title: 'a page by cursor of the payments of somebody who has a hundred times as many as others',
    query: `query ($id: ID!, $after: String) { employee(id: $id) { payments(first: 50, after: $after) { nodes { ${paymentFields} } } } }`,
    variables: () => ({ id: oftenPaid, after: after.often }),
    statements: 1,
    most: 51,
  },
  {
    title: 'the same, with what is in no index',
    query: `query ($id: ID!, $after: String) { employee(id: $id) { payments(first: 50, after: $after) { nodes { id note } } } }`,
    variables: () => ({ id: oftenPaid, after: after.often }),
    statements: 1,
    most: 51,
  },
  {
    title: 'the payments of an employee, as a filter',
    query: `query ($f: PaymentFilter) { payments(first: 10, filter: $f) { nodes { ${paymentFields} } } }`,
    variables: () => ({ f: { employeeId: ids.id } }),
    statements: 1,
    most: 11,
  },
  {
    title: 'the newest payments',
    query: `{ payments(first: 50) { nodes { ${paymentFields} } } }`,
    statements: 1,
    most: 51,
  },
  {
    title: 'a page of payments by cursor',
    query: `query ($after: String) { payments(first: 50, after: $after) { nodes { ${paymentFields} } } }`,
    variables: () => ({ after: after.payment }),
    statements: 1,
    most: 51,
  },
  {
    title: 'the payments of a pay run',
    query: `query ($f: PaymentFilter) { payments(first: 50, filter: $f) { nodes { ${paymentFields} } } }`,
    variables: () => ({ f: { payRunId: known.run } }),
    statements: 1,
    most: 51,
  },
  {
    title: 'a page by cursor of the payments of a pay run',
    query: `query ($f: PaymentFilter, $after: String) { payments(first: 50, filter: $f, after: $after) { nodes { ${paymentFields} } } }`,
    variables: () => ({ f: { payRunId: known.run }, after: after.payment }),
    statements: 1,
    most: 51,
  },
  {
    title: 'the payments issued between two instants',
    query: `query ($f: PaymentFilter) { payments(first: 50, filter: $f) { nodes { ${paymentFields} } } }`,
    variables: () => ({ f: { issuedFrom: '2021-01-01T00:00:00Z', issuedTo: '2022-01-01T00:00:00Z' } }),
    statements: 1,
    most: 51,
  },
  {
    title: 'the payments issued until an instant',
    query: `query ($f: PaymentFilter) { payments(first: 50, filter: $f) { nodes { ${paymentFields} } } }`,
    variables: () => ({ f: { issuedTo: '2020-06-01T00:00:00Z' } }),
    statements: 1,
    most: 51,
  },
  {
    title: 'the payments of one kind, of which there are many',
    query: `query ($f: PaymentFilter) { payments(first: 50, filter: $f) { nodes { ${paymentFields} } } }`,
    variables: () => ({ f: { kind: 'EXPENSE', status: 'ISSUED', currency: 'EUR' } }),
    statements: 1,
    most: 51 + 2_000 * 2,
  },
  {
    title: 'the first employees',
    query: `{ employees(first: 20) { nodes { ${employeeFields} } } }`,
    statements: 1,
    most: 21,
  },
  {
    title: 'a page of employees by cursor',
    query: `query ($after: String) { employees(first: 20, after: $after) { nodes { ${employeeFields} } } }`,
    variables: () => ({ after: after.employee }),
    statements: 1,
    most: 21,
  },
  {
    title: 'employees, with the newest payments of each and their issuers',
    query: `query ($after: String) { employees(first: 20, after: $after) { nodes { ${employeeFields}
      payments(first: 10) { nodes { ${paymentFields} } } } } }`,
    variables: () => ({ after: after.employee }),
    statements: 2,
    // Those of the employee who says that another page follows as well.
    most: 21 * 11,
  },
  {
    title: "an employee's salary history, by cursor",
    query: `query ($id: ID!, $after: String) { employee(id: $id) { salaryHistory(first: 10, after: $after) { nodes { unit } } } }`,
    variables: () => ({ id: ids.id, after: after.history }),
    statements: 2,
    most: 11,
  },
  {
    title: 'the salary histories of a page of employees',
    query: `query ($after: String) { employees(first: 20, after: $after) { nodes { salaryHistory(first: 5) { nodes { unit } } } } }`,
    variables: () => ({ after: after.employee }),
    statements: 2,
    most: 20 * 6,
  },
  {
    title: 'the salaries of a page of employees on a day',
    query: `query ($after: String, $date: Date!) { employees(first: 20, after: $after) { nodes { salaryAt(date: $date) { unit } } } }`,
    variables: () => ({ after: after.employee, date: '2021-01-01' }),
    statements: 2,
    most: 21,
  },
];

test.each(cases.map((each) => [each.title, each] as const))(
  '%s: no more rows are read than are answered',
  async (_title, { query, variables, statements, most }) => {
    // The answer to a known document may be written of the rows' columns, and then one statement reads all of it.
    const found = await statementsOf(query, variables?.());
    const again = await statementsOf(query, variables?.());
    expect(found.length).toBeLessThanOrEqual(2);
    expect(again.length).toBeLessThanOrEqual(statements);
    for (const statement of [...found, ...again]) await expectKeyset(t.database, statement, most);
  },
);

test("what a list shows of an employee's payments is read from the index alone", async () => {
  const shown =
    'id amount { amount currency } kind period { start end } issuedAt status issuedBy { username }';
  const query = `query ($id: ID!, $after: String) { employee(id: $id) { payments(after: $after) { nodes { ${shown} } } } }`;
  await statementsOf(query, { ...ids, after: after.payment });
  for (const statement of await statementsOf(query, { ...ids, after: after.payment })) {
    for (const plan of await plansOf(t.database, statement)) {
      expect(waysTo('payments', plan), statement.text).toEqual(['Index Only Scan']);
    }
  }
});

test('a page of users is a walk along their ids', async () => {
  sent();
  const answer = await t.gql('{ users(first: 20) { nodes { username } } }', {}, t.admin);
  expectData(answer);
  const [statement] = sent().filter(({ text }) => /FROM users/.test(text) && !/sessions/.test(text));
  if (!statement) throw new Error('no statement');
  await expectKeyset(t.database, statement, 21);
});

test('a session is looked up by its id', async () => {
  const { token } = await openSession(t.url, 'vera');
  sent();
  await t.gql('{ __typename }', {}, { token });
  const [statement] = sent().filter(({ text }) => /FROM sessions s JOIN users/.test(text));
  if (!statement) throw new Error('no statement');
  await expectKeyset(t.database, statement, 1);
});

test("somebody's own sessions are read by whose they are", async () => {
  sent();
  const answer = await t.gql('{ sessions { id } }', {}, t.admin);
  expectData(answer);
  const [statement] = sent().filter(
    ({ text }) => /FROM "?[\w".]*sessions/.test(text) && /user_id/.test(text) && /ORDER BY/.test(text),
  );
  if (!statement) throw new Error('no statement');
  await expectKeyset(t.database, statement, 101);
});

test('a payment is made, and a key is looked up, by ids and keys alone', async () => {
  const query = 'mutation ($input: IssuePaymentInput!) { issuePayment(input: $input) { replayed } }';
  const input = {
    employeeId: ids.id,
    amount: { amount: '1.00', currency: 'EUR' },
    kind: 'BONUS',
    idempotencyKey: 'explained',
  };
  const [inserting] = await statementsOf(query, { input });
  const [, replaying] = await statementsOf(query, { input });
  if (!inserting || !replaying) throw new Error('no statement');
  expect(inserting.text).toContain('INSERT INTO payments');
  expect(replaying.text).toContain('FROM idempotency_records');
  await expectKeyset(t.database, inserting, 1);
  await expectKeyset(t.database, replaying, 1);
});

test('what operations read by one statement is read by ids and cursors, as each of them would', async () => {
  const payments = `query ($id: ID!, $after: String) {
    employee(id: $id) { payments(first: 50, after: $after) { nodes { id kind } pageInfo { hasNextPage endCursor } } } }`;
  const employees =
    'query ($after: String) { employees(first: 20, after: $after) { nodes { id payments(first: 10) { nodes { id } } } } }';
  for (const [query, variables, most] of [
    [`query ($id: ID!) { employee(id: $id) { ${employeeFields} } }`, { id: ids.id }, 1],
    [payments, { id: oftenPaid, after: after.often }, 51],
    [employees, { after: after.employee }, 21 * 10],
  ] as const) {
    await t.gql(query, variables, t.admin);
    sent();
    let answers: Array<Promise<unknown>> = [];
    await duringTransaction(t, 'LOCK TABLE employees IN ACCESS EXCLUSIVE MODE', async () => {
      answers = Array.from({ length: 15 }, () => t.gql(query, variables, t.admin));
      await expect.poll(() => countLockWaiters(t), { interval: 5, timeout: 15_000 }).toBeGreaterThan(0);
      await t.gql('{ me { username } }', {}, t.admin);
    });
    await Promise.all(answers);
    const shared = sent().filter(({ text }) => text.includes('json_to_recordset'));
    expect(shared.length).toBeGreaterThan(0);
    for (const statement of shared.slice(0, 2)) {
      const sharing = JSON.parse(String(statement.values[0])).length;
      await expectKeyset(t.database, statement, most * sharing);
    }
  }
});
