import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { type Answer, readAnswer, send } from '../client.js';
import { insertEmployee } from '../factories.js';
import { useStipend } from '../harness.js';
import { figures } from '../metrics/figures.js';
import { until } from '../start/support.js';
import { expectUnavailable, healthOf } from './support.js';

const maxRequests = 8;
const metricsToken = 'a metrics token of these tests';
const t = await useStipend({
  MAX_REQUESTS: String(maxRequests),
  METRICS_TOKEN: metricsToken,
  LOGIN_FAILURES_PER_ADDRESS: '1000',
});

const countPayments = '{ payments { totalCount } }';

const read = (url: string, signal?: AbortSignal) =>
  fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${t.viewer.token}` },
    body: JSON.stringify({ query: countPayments }),
    ...(signal && { signal }),
  });

/** Makes every statement on the table wait. @returns what lets them go on */
async function hold(table: string): Promise<() => Promise<void>> {
  const client = new pg.Client(t.database.url);
  await client.connect();
  onTestFinished(() => client.end());
  await client.query(`BEGIN; LOCK TABLE ${table}`);
  return async () => {
    await client.query('COMMIT');
  };
}

const metric = async (url: string, name: string, labels?: Record<string, string>) =>
  (await figures(url, `Bearer ${metricsToken}`)).value(name, labels);
const inFlight = (url: string) => metric(url, 'stipend_requests_in_flight');
const waitingForConnection = (url: string) =>
  metric(url, 'stipend_database_connections', { state: 'waited_for' });

async function expectNormal(url: string): Promise<void> {
  for (let index = 0; index < 3 * maxRequests; index++) expect((await read(url)).status).toBe(200);
}

test('of 60 requests at once MAX_REQUESTS are served, the others are answered 503 with Retry-After, and all is as before', async () => {
  const release = await hold('payments');
  const refused: Response[] = [];
  const requests = Array.from({ length: 60 }, async () => {
    const response = await read(t.url);
    if (response.status === 503) refused.push(response);
    return response;
  });
  // The excess is answered while those that were admitted still wait.
  await until(async () => refused.length === 60 - maxRequests, 8_000);
  expect(await inFlight(t.url)).toBe(maxRequests);
  expect(await healthOf(t.url, '/healthz')).toBe(200);
  await release();
  const served = (await Promise.all(requests)).filter(({ status }) => status === 200);
  expect(served).toHaveLength(maxRequests);
  for (const response of served)
    expect(await response.json()).toEqual({ data: { payments: { totalCount: 0 } } });
  for (const response of refused) {
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expectUnavailable(await readAnswer(response), 'one too many');
  }
  await expectNormal(t.url);
});

test('clients that disconnect make room for others', async () => {
  const release = await hold('payments');
  const disconnect = new AbortController();
  const lost = Array.from({ length: maxRequests }, () =>
    read(t.url, disconnect.signal).catch(() => 'disconnected'),
  );
  await until(async () => (await inFlight(t.url)) === maxRequests, 8_000);
  expectUnavailable(await t.gql('{ me { id } }', {}, t.viewer), 'one too many');
  disconnect.abort();
  expect(new Set(await Promise.all(lost))).toEqual(new Set(['disconnected']));
  await until(async () => (await t.gql('{ __typename }')).data?.__typename === 'Query', 8_000);
  await release();
});

test('a hundred logins at once starve no read: each is answered, and so is each read among them', async () => {
  // Hashing takes as long as it takes here: no login is to reach its deadline.
  const { url } = await t.startAnother({ MAX_REQUESTS: '200', OPERATION_TIMEOUT: '2m' });
  const login = 'mutation ($name: String!) { login(username: $name, password: "wrong password") { token } }';
  const readEmployees = () => send(url, { query: '{ employees { totalCount } }', token: t.viewer.token });
  let open = 100;
  const logins = Array.from({ length: open }, async (_, index): Promise<Answer> => {
    const answer = await send(url, { query: login, variables: { name: `nobody-${index}` } });
    open -= 1;
    return answer;
  });
  // 64 wait for their turn, and the others are refused: reads are answered before half of the 64 are through.
  for (let time = 0; time < 3; time += 1) await readEmployees();
  expect(open).toBeGreaterThan(32);
  while (open > 0) {
    for (const answer of await Promise.all(Array.from({ length: 5 }, readEmployees)))
      expect(answer.data?.employees.totalCount, answer.text).toBe(1);
  }
  const codes = (await Promise.all(logins)).map(({ errors }) => errors?.[0]?.extensions.code);
  expect(new Set(codes)).toEqual(new Set(['UNAUTHENTICATED', 'RATE_LIMITED']));
  expect(codes.filter((code) => code === 'RATE_LIMITED').length).toBeLessThanOrEqual(100 - 64);
}, 120_000);

test('refused logins are answered while the audit trail cannot be written, and leave connections to those who read', async () => {
  const { url, stop } = await t.startAnother({
    DATABASE_POOL_SIZE: '2',
    MAX_REQUESTS: '20',
    LOGIN_FAILURES_PER_ADDRESS: '5',
  });
  const query = 'mutation { login(username: "nobody", password: "wrong password") { token } }';
  for (let failure = 0; failure < 5; failure++) await send(url, { query });
  const release = await hold('audit_entries');
  const logins = await Promise.all(Array.from({ length: 7 }, () => send(url, { query })));
  for (const { errors } of logins) expect(errors?.[0]?.extensions.code).toBe('RATE_LIMITED');
  const readAnswered = await send(url, { query: '{ employees { totalCount } }', token: t.viewer.token });
  expect(readAnswered.errors, readAnswered.text).toBeUndefined();
  await release();
  await stop();
  const [counted] = await t.database.sql<{ count: number }>(
    "SELECT sum(count)::int AS count FROM audit_entries WHERE action = 'login.limited'",
  );
  expect(counted?.count).toBeGreaterThanOrEqual(logins.length);
});

const payOnce = `mutation ($employeeId: ID!) { issuePayment(input: {
  employeeId: $employeeId, amount: { amount: "10.00", currency: "EUR" }, kind: BONUS }) { payment { id } } }`;

async function lockWaiters(): Promise<number> {
  const waiting =
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
  return (await t.database.sql(waiting)).length;
}

/** Starts a server, makes reads hold its two connections, and sends a payment, which waits for one of them. */
async function sendWaitingPayment(env: Record<string, string>) {
  const { url } = await t.startAnother({ DATABASE_POOL_SIZE: '2', MAX_REQUESTS: '20', ...env });
  // Their sessions are looked up before the connections are held.
  for (const { token } of [t.viewer, t.admin]) await send(url, { query: '{ __typename }', token });
  const employeeId = await insertEmployee(t.database);
  const release = await hold('payments');
  const reads: Array<Promise<Answer>> = [];
  // Lists hold a part of the connections only; a read by id takes the other one.
  for (const query of [countPayments, `{ payment(id: "${employeeId}") { id } }`]) {
    reads.push(send(url, { query, token: t.viewer.token }));
    await until(async () => (await lockWaiters()) === reads.length, 8_000);
  }
  const disconnect = new AbortController();
  const payment = fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${t.admin.token}` },
    body: JSON.stringify({ query: payOnce, variables: { employeeId } }),
    signal: disconnect.signal,
  });
  const answer = payment.then(readAnswer, () => 'disconnected' as const);
  // What chains the audit log may wait for a connection too.
  await until(
    async () => (await inFlight(url)) === reads.length + 1 && (await waitingForConnection(url)) >= 1,
    8_000,
  );
  return { url, employeeId, release, reads, answer, disconnect };
}

/** What comes after the payment is executed after it. */
async function expectNotMade(url: string, employeeId: string): Promise<void> {
  const another = await insertEmployee(t.database);
  const later = { query: payOnce, variables: { employeeId: another }, token: t.admin.token };
  expect((await send(url, later)).errors).toBeUndefined();
  expect(await t.database.sql('SELECT 1 FROM payments WHERE employee_id = $1', [employeeId])).toEqual([]);
}

test('a payment whose client disconnects while it waits for a connection is not made', async () => {
  const { url, employeeId, release, reads, answer, disconnect } = await sendWaitingPayment({});
  disconnect.abort();
  expect(await answer).toBe('disconnected');
  await until(async () => (await inFlight(url)) === reads.length, 8_000);
  await release();
  for (const { errors } of await Promise.all(reads)) expect(errors).toBeUndefined();
  await expectNotMade(url, employeeId);
});

test('a payment whose client is told that it took too long while it waits for a connection is not made', async () => {
  const { url, employeeId, release, reads, answer } = await sendWaitingPayment({ OPERATION_TIMEOUT: '3s' });
  expect(await answer).toMatchObject({ errors: [{ message: expect.stringContaining('took too long') }] });
  await release();
  await Promise.all(reads);
  await expectNotMade(url, employeeId);
});

test('after far more than the server takes, everybody is served again', async () => {
  const room = 60;
  const { url } = await t.startAnother({ MAX_REQUESTS: String(room), OPERATION_TIMEOUT: '2m' });
  const ask = () => send(url, { query: countPayments, token: t.viewer.token });
  const release = await hold('payments');
  let asking = true;
  onTestFinished(() => {
    asking = false;
  });
  let refused = 0;
  const clients = Array.from({ length: 3 * room }, async () => {
    while (asking) {
      const answer = await ask();
      if (!answer.errors) continue;
      expectUnavailable(answer, 'one too many');
      if (answer.errors[0]?.message.startsWith('Too many requests')) refused += 1;
    }
  });
  await until(async () => (await inFlight(url)) === room && refused >= 10 * room, 30_000);
  await release();
  asking = false;
  await Promise.all(clients);
  expect(await metric(url, 'stipend_requests_refused_total', { reason: 'capacity' })).toBe(refused);
  for (const answer of await Promise.all(Array.from({ length: room }, ask)))
    expect(answer.errors).toBeUndefined();
}, 60_000);
