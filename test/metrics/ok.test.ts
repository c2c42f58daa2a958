import { expect, test } from 'vitest';
import { send } from '../client.js';
import { useStipend } from '../harness.js';
import { closedPort } from '../start/support.js';
import { figures } from './figures.js';

const token = 'a metrics token for tests';
const metricsPort = await closedPort();
const t = await useStipend({ METRICS_TOKEN: token });

const read = () => figures(t.url, `Bearer ${token}`);

/** By how much a series grows while the work is done. */
async function growth(
  name: string,
  labels: Record<string, string>,
  work: () => Promise<unknown>,
): Promise<number> {
  const before = (await read()).value(name, labels);
  await work();
  // A request is counted when its answer is out, which its client may know of a moment earlier.
  await fetch(`${t.url}/nothing`);
  return (await read()).value(name, labels) - before;
}

const me = () => t.gql('{ me { id } }', {}, t.admin);

test('a request is counted by its outcome, with the time that it took', async () => {
  const name = 'stipend_request_seconds_count';
  const route = '/graphql';
  expect(await growth(name, { route, outcome: 'OK' }, me)).toBe(1);
  expect(await growth(name, { route, outcome: 'UNAUTHENTICATED' }, () => t.gql('{ me { id } }'))).toBe(1);
  const wrong = () => t.gql('{ nothing }', {}, t.admin);
  expect(await growth(name, { route, outcome: 'GRAPHQL_VALIDATION_FAILED' }, wrong)).toBe(1);
  expect(await growth('stipend_request_seconds_sum', { route, outcome: 'OK' }, me)).toBeGreaterThan(0);
});

test('SQL is counted with the time that it took, and connections are shown as they are', async () => {
  const read20 = () => t.gql('{ employees { nodes { id } } }', {}, t.admin);
  expect(await growth('stipend_sql_seconds_count', { outcome: 'ok' }, read20)).toBeGreaterThan(0);
  await t.database.sql('ALTER TABLE employees RENAME TO people');
  expect(await growth('stipend_sql_seconds_count', { outcome: 'error' }, read20)).toBeGreaterThan(0);
  await t.database.sql('ALTER TABLE people RENAME TO employees');
  const now = await read();
  const open = now.value('stipend_database_connections', { state: 'open' });
  expect(open).toBeGreaterThan(0);
  expect(open).toBeLessThanOrEqual(10);
  expect(now.value('stipend_database_connections', { state: 'idle' })).toBeLessThanOrEqual(open);
  expect(now.value('stipend_database_connections', { state: 'waited_for' })).toBe(0);
  for (const state of ['idle', 'waited_for'])
    expect(now.has('stipend_database_connections', { state })).toBe(true);
});

test('a session that is looked up is counted by where it was found', async () => {
  const name = 'stipend_session_lookups_total';
  const { token: fresh } = await t.account('fresh', 'VIEWER');
  const first = () => send(t.url, { query: '{ me { id } }', token: fresh });
  expect(await growth(name, { from: 'database' }, first)).toBe(1);
  expect(await growth(name, { from: 'memory' }, first)).toBe(1);
});

test('a login is counted by its outcome', async () => {
  const name = 'stipend_logins_total';
  const logIn = (password: string) => () =>
    t.gql('mutation ($p: String!) { login(username: "vera", password: $p) { token } }', { p: password });
  expect(await growth(name, { outcome: 'OK' }, logIn('a password for tests'))).toBe(1);
  expect(await growth(name, { outcome: 'UNAUTHENTICATED' }, logIn('wrong'))).toBe(1);
  expect(await growth(name, { outcome: 'BAD_USER_INPUT' }, logIn('x'.repeat(2_000)))).toBe(1);
});

test('a payment is counted by its outcome', async () => {
  const name = 'stipend_payments_total';
  const pay = (amount: string) => () =>
    t.gql(
      'mutation ($input: IssuePaymentInput!) { issuePayment(input: $input) { replayed } }',
      {
        input: {
          employeeId: t.employee.employeeId,
          amount: { amount, currency: 'EUR' },
          kind: 'BONUS',
          idempotencyKey: 'metrics',
        },
      },
      t.admin,
    );
  expect(await growth(name, { outcome: 'OK' }, pay('1.00'))).toBe(1);
  expect(await growth(name, { outcome: 'OK' }, pay('1.00'))).toBe(1);
  expect(await growth(name, { outcome: 'IDEMPOTENCY_MISMATCH' }, pay('2.00'))).toBe(1);
  expect(await growth(name, { outcome: 'BAD_USER_INPUT' }, pay('-1'))).toBe(1);
});

test('the figures name no person, no document and no id', async () => {
  await t.gql('query Secretive { employees(filter: { search: "planted" }) { totalCount } }', {}, t.admin);
  const text = await (
    await fetch(`${t.url}/metrics`, { headers: { authorization: `Bearer ${token}` } })
  ).text();
  for (const secret of ['Secretive', 'planted', 'admin', 'vera', t.admin.id, token]) {
    expect(text).not.toContain(secret);
  }
  // A path that does not exist is no label of its own: a client can't make the figures grow.
  expect(text).not.toContain('/nothing');
});

test.each([
  ['none', undefined],
  ['another token', 'Bearer another token for tests'],
  ['a longer one', `Bearer ${token} `.concat('x')],
  ['another scheme', `Basic ${token}`],
  ['the token alone', token],
  ["an admin's token", `Bearer ${t.admin.token}`],
])('with %s for a token the figures are refused with 401', async (_name, authorization) => {
  const response = await fetch(`${t.url}/metrics`, {
    headers: authorization === undefined ? {} : { authorization },
  });
  expect(response.status).toBe(401);
  expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
  const text = await response.text();
  expect(text).not.toContain('stipend_');
  expect(JSON.parse(text).errors[0].extensions.code).toBe('UNAUTHENTICATED');
});

test('without METRICS_TOKEN the main port has no figures, and METRICS_PORT serves them and nothing else', async () => {
  const other = await t.startAnother({ METRICS_TOKEN: '', METRICS_PORT: String(metricsPort) });
  expect((await fetch(`${other.url}/metrics`)).status).toBe(404);
  const beside = `http://127.0.0.1:${metricsPort}`;
  expect((await figures(beside)).names).toContain('stipend_request_seconds_count');
  expect((await fetch(`${beside}/graphql`)).status).toBe(404);
  await other.stop();
  await expect(fetch(`${beside}/metrics`)).rejects.toThrow();
});
