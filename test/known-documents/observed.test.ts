import { expect, test } from 'vitest';
import { type Figures, figures } from '../metrics/figures.js';
import { makeKnown, type Sent, send, sendKnown, sendUnseen, unseen, useServer } from './support.js';

const metricsToken = 'a metrics token for tests';
const t = await useServer({ METRICS_TOKEN: metricsToken });
const { admin, viewer, employee } = t;

/** The log line of a request, without what differs between two. It is written after the answer is sent. */
async function lineOf(sendAs: typeof send, sent: Sent, requestId: string): Promise<object> {
  await sendAs(t, { ...sent, headers: { 'x-request-id': requestId } });
  const find = () =>
    t.logLines
      .map((line) => JSON.parse(line))
      .filter((line) => line.msg === 'request' && line.requestId === requestId);
  await expect.poll(() => find().length).toBe(1);
  return { ...find()[0], requestId: null, time: null, ms: null };
}

const one = 'query One($id: ID!) { employee(id: $id) { name } }';
const edit = 'mutation Edit($input: EditEmployeeInput!) { editEmployee(input: $input) { employee { id } } }';

test.each<[string, Sent, object]>([
  [
    'a query with a name',
    { query: 'query Who { me { id } }', token: viewer.token },
    { operation: 'Who', user: viewer.id, outcome: 'OK' },
  ],
  ['a query without one', { query: '{ users { nodes { id } } }', token: admin.token }, { operation: null }],
  [
    'one of several operations',
    { query: 'query A { me { id } } query B { __typename }', operationName: 'B', token: admin.token },
    { operation: 'B' },
  ],
  [
    'a query that is refused',
    { query: 'query Users { users { nodes { id } } }', token: employee.token },
    { operation: 'Users', user: employee.id, outcome: 'FORBIDDEN' },
  ],
  ['bad input', { query: one, variables: { id: 'x' }, token: admin.token }, { outcome: 'BAD_USER_INPUT' }],
  [
    'a bad variable',
    { query: one, variables: { id: {} }, token: admin.token },
    { outcome: 'BAD_USER_INPUT' },
  ],
  [
    'a mutation',
    {
      query: edit,
      variables: { input: { id: employee.employeeId, version: 99, title: 'planted' } },
      token: admin.token,
    },
    { operation: 'Edit', outcome: 'CONFLICT' },
  ],
])(
  '%s: the log line is the same, and says nothing of the document or its variables',
  async (what, given, expected) => {
    const sent = { ...given, query: unseen(given.query) };
    const name = what.replaceAll(' ', '-');
    const byApollo = await lineOf(sendUnseen, sent, `${name}-apollo`);
    expect(byApollo).toMatchObject(expected);
    await send(t, sent);
    expect(await lineOf(send, sent, `${name}-known`)).toEqual(byApollo);
    expect(JSON.stringify(byApollo)).not.toMatch(/planted|nodes/);
  },
);

const read = () => figures(t.url, `Bearer ${metricsToken}`);

/** By how much a figure grows by a known document. */
async function growth(sent: Sent, value: (now: Figures) => number): Promise<number> {
  const before = value(await read());
  await sendKnown(t, sent);
  await expect.poll(async () => value(await read())).toBeGreaterThan(before);
  return value(await read()) - before;
}

test('a request for a known document is counted by its outcome, with its SQL and its session', async () => {
  const sent = { query: unseen(one), variables: { id: employee.employeeId }, token: admin.token };
  await makeKnown(t, sent);
  const requests = (outcome: string) => (now: Figures) =>
    now.value('stipend_request_seconds_count', { route: '/graphql', outcome });
  expect(await growth(sent, requests('OK'))).toBe(1);
  expect(await growth({ ...sent, variables: { id: 'x' } }, requests('BAD_USER_INPUT'))).toBe(1);
  expect(await growth({ ...sent, token: undefined }, requests('UNAUTHENTICATED'))).toBe(1);
  // One, and at times one more: audit entries are chained beside it.
  const statements = await growth(sent, (now) => now.value('stipend_sql_seconds_count', { outcome: 'ok' }));
  expect([1, 2]).toContain(statements);
  expect(await growth(sent, (now) => now.value('stipend_session_lookups_total', { from: 'memory' }))).toBe(1);
});

test('a payment by a known document is counted by its outcome', async () => {
  const query = unseen('mutation ($input: IssuePaymentInput!) { issuePayment(input: $input) { replayed } }');
  const order = (amount: string) => ({
    query,
    variables: {
      input: { employeeId: employee.employeeId, amount: { amount, currency: 'EUR' }, kind: 'BONUS' },
    },
    token: admin.token,
  });
  await makeKnown(t, order('1.00'));
  const payments = (outcome: string) => (now: Figures) => now.value('stipend_payments_total', { outcome });
  expect(await growth(order('2.00'), payments('OK'))).toBe(1);
  expect(await growth(order('-2.00'), payments('BAD_USER_INPUT'))).toBe(1);
});
