import { beforeEach, expect, test } from 'vitest';
import { insertEmployee, insertPayment } from '../factories.js';
import { type Account, useStipend } from '../harness.js';
import { countLockWaiters, duringTransaction } from '../issue-payment/support.js';

/** Operations that come at the same time and read by one statement: each is answered as if it had come alone. */

// As many operations may run as are asked for at once here: all of them come to where they wait.
const atOnceAtMost = 60;
const t = await useStipend({ DATABASE_POOL_SIZE: String(atOnceAtMost / 2 + 5) });
const people = await Promise.all(
  Array.from({ length: 30 }, (_, index) => insertEmployee(t.database, { name: `Person number ${index}` })),
);
await Promise.all(
  people.flatMap((employeeId, index) =>
    Array.from({ length: index % 4 }, () => insertPayment(t.database, { employeeId })),
  ),
);
const accounts: Account[] = [];
for (const [index, employeeId] of people.slice(0, 8).entries()) {
  accounts.push(await t.account(`person${index}`, 'EMPLOYEE', employeeId));
}

beforeEach(() => {
  t.statements.length = 0;
});

const shared = () => t.statements.filter((text) => text.includes('json_to_recordset'));

interface Asking {
  query: string;
  variables: object;
  as: { token: string };
}

const ask = async ({ query, variables, as }: Asking) => (await t.gql(query, variables, as)).text;

/** Asks while nothing of the company can be read, so that they have to wait for one another. @returns the answers */
async function askAtOnce(askings: Asking[]): Promise<string[]> {
  let answers: Array<Promise<string>> = [];
  await duringTransaction(t, 'LOCK TABLE employees IN ACCESS EXCLUSIVE MODE', async () => {
    answers = askings.map(ask);
    await expect.poll(() => countLockWaiters(t), { interval: 5, timeout: 15_000 }).toBeGreaterThan(0);
    // What was asked for before has come when this is answered.
    await ask({ query: '{ me { username } }', variables: {}, as: t.admin });
  });
  return Promise.all(answers);
}

/** Asks one after the other, and then all at once. Expects the same answers. */
async function expectTheSameAtOnce(askings: Asking[]): Promise<void> {
  const alone: string[] = [];
  for (const asking of askings) alone.push(await ask(asking));
  expect(shared()).toEqual([]);
  for (let from = 0; from < askings.length; from += atOnceAtMost) {
    const some = askings.slice(from, from + atOnceAtMost);
    t.statements.length = 0;
    expect(await askAtOnce(some)).toEqual(alone.slice(from, from + atOnceAtMost));
    expect(shared().length).toBeGreaterThan(0);
  }
}

const employee = 'query ($id: ID!) { employee(id: $id) { id name salary { amount currency } } }';
const pageOfPayments = `query ($id: ID!, $first: Int, $after: String, $filter: PaymentFilter) {
  employee(id: $id) {
    payments(first: $first, after: $after, filter: $filter) {
      nodes { id amount { amount currency } kind issuedAt issuedBy { username } }
      pageInfo { hasNextPage endCursor }
      totalCount
    }
  }
}`;
const team = `query ($first: Int, $after: String) {
  employees(first: $first, after: $after) {
    nodes { id name payments(first: 2) { nodes { id kind } } }
    pageInfo { hasNextPage endCursor }
  }
}`;

test('employees by their ids, found and missing', async () => {
  const ids = [...people, '0199aaaa-bbbb-7ccc-8ddd-eeeeffff0000'];
  await expectTheSameAtOnce(ids.map((id) => ({ query: employee, variables: { id }, as: t.viewer })));
});

test('employees who ask for everybody see themselves and nobody else, whoever asks at the same time', async () => {
  const askings = accounts.flatMap((as) =>
    people.slice(0, 8).map((id) => ({ query: employee, variables: { id }, as })),
  );
  await expectTheSameAtOnce([
    ...askings,
    ...people.slice(0, 8).map((id) => ({ query: employee, variables: { id }, as: t.admin })),
  ]);
  for (const { variables, ...asking } of askings) {
    const isOwn =
      accounts.findIndex(({ token }) => token === asking.as.token) === people.indexOf(variables.id);
    const { data } = await t.gql(asking.query, variables, asking.as);
    expect(data).toEqual({ employee: isOwn ? expect.objectContaining({ id: variables.id }) : null });
  }
});

test('pages of payments, of any size, from any cursor on and by any filter', async () => {
  const [, , , busy = ''] = people;
  const { data } = await t.gql(pageOfPayments, { id: busy, first: 1 }, t.admin);
  const after = data.employee.payments.pageInfo.endCursor;
  await expectTheSameAtOnce(
    people.flatMap((id) => [
      { query: pageOfPayments, variables: { id, first: 1 }, as: t.viewer },
      { query: pageOfPayments, variables: { id, first: 50, after }, as: t.viewer },
      {
        query: pageOfPayments,
        variables: { id, filter: { kind: 'BONUS', issuedFrom: '2026-01-01T00:00:00.000Z', currency: 'EUR' } },
        as: t.viewer,
      },
    ]),
  );
});

test('pages of employees with their payments', async () => {
  const { data } = await t.gql(team, { first: 3 }, t.admin);
  const after = data.employees.pageInfo.endCursor;
  await expectTheSameAtOnce([
    ...Array.from({ length: 10 }, (_, first) => ({
      query: team,
      variables: { first: first + 1 },
      as: t.admin,
    })),
    { query: team, variables: { first: 5, after }, as: t.admin },
    ...accounts.map((as) => ({ query: team, variables: { first: 5 }, as })),
  ]);
});

test('one whose input is refused, among others', async () => {
  const wrong = { query: employee, variables: { id: 'no id' }, as: t.viewer };
  await expectTheSameAtOnce([
    wrong,
    ...people.map((id) => ({ query: employee, variables: { id }, as: t.viewer })),
  ]);
});
