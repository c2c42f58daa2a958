import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { type Answer, readAnswer, send } from '../client.js';
import { insertEmployee } from '../factories.js';
import { useStipend } from '../harness.js';
import { figures } from '../metrics/figures.js';
import { until } from '../start/support.js';
import { expectUnavailable, healthOf } from './support.js';

const capacity = 8;
const metricsToken = 'a metrics token of these tests';
const t = await useStipend({ MAX_REQUESTS: String(capacity), LOGIN_FAILURES_PER_ADDRESS: '1000' });
const roomy = await t.startAnother({ MAX_REQUESTS: '200' });

const read = (signal?: AbortSignal) => {
  const body = JSON.stringify({ query: '{ payments { totalCount } }' });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${t.viewer.token}` };
  return fetch(`${t.url}/graphql`, { method: 'POST', headers, body, ...(signal && { signal }) });
};

/** Makes all that wants the table wait. @returns what lets them go on */
async function hold(table: string): Promise<() => Promise<void>> {
  const client = new pg.Client(t.database.url);
  await client.connect();
  onTestFinished(() => client.end());
  await client.query(`BEGIN; LOCK TABLE ${table}`);
  return async () => {
    await client.query('COMMIT');
  };
}

async function expectHeld(count: number): Promise<void> {
  const waiting =
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
  await until(async () => (await t.database.sql(waiting)).length === count, 8_000);
}

test('of 60 requests at once the server takes what it has room for, refuses the rest with 503 and Retry-After, and is as before', async () => {
  const release = await hold('payments');
  const refused: Response[] = [];
  const requests = Array.from({ length: 60 }, async () => {
    const response = await read();
    if (response.status === 503) refused.push(response);
    return response;
  });
  // The excess is answered while those that were admitted still wait.
  await until(async () => refused.length === 60 - capacity, 8_000);
  await expectHeld(capacity);
  expect(await healthOf(t.url, '/healthz')).toBe(200);
  await release();
  const served = (await Promise.all(requests)).filter(({ status }) => status === 200);
  expect(served).toHaveLength(capacity);
  for (const response of served)
    expect(await response.json()).toEqual({ data: { payments: { totalCount: 0 } } });
  for (const response of refused) {
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expectUnavailable(await readAnswer(response), 'one too many');
  }
  for (let index = 0; index < 3 * capacity; index++) expect((await read()).status).toBe(200);
});

test('clients that give up free their places', async () => {
  const release = await hold('payments');
  const giveUp = new AbortController();
  const given = Array.from({ length: capacity }, () => read(giveUp.signal).catch(() => 'gave up'));
  await expectHeld(capacity);
  expectUnavailable(await t.gql('{ me { id } }', {}, t.viewer), 'one too many');
  giveUp.abort();
  expect(new Set(await Promise.all(given))).toEqual(new Set(['gave up']));
  await until(async () => (await t.gql('{ __typename }')).data?.__typename === 'Query', 8_000);
  await release();
});

test('a hundred logins at once starve no read: each is answered, and so is each read amid them', async () => {
  const login = 'mutation ($name: String!) { login(username: $name, password: "wrong password") { token } }';
  let open = 100;
  const logins = Array.from({ length: open }, async (_, index): Promise<Answer> => {
    const answer = await send(roomy.url, { query: login, variables: { name: `nobody-${index}` } });
    open -= 1;
    return answer;
  });
  let amid = 0;
  // 64 are tried, and the others refused; one read after another is answered before half of the 64 are through.
  for (let read = 0; read < 3; read += 1) {
    await send(roomy.url, { query: '{ employees { totalCount } }', token: t.viewer.token });
  }
  expect(open).toBeGreaterThan(32);
  while (open > 0) {
    const reads = Array.from({ length: 5 }, () =>
      send(roomy.url, { query: '{ employees { totalCount } }', token: t.viewer.token }),
    );
    for (const answer of await Promise.all(reads))
      expect(answer.data?.employees.totalCount, answer.text).toBe(1);
    amid += reads.length;
  }
  expect(amid).toBeGreaterThan(5);
  for (const answer of await Promise.all(logins)) {
    expect(['UNAUTHENTICATED', 'RATE_LIMITED']).toContain(answer.errors?.[0]?.extensions.code);
  }
});

test('refused logins that wait for the audit trail leave connections to those who read', async () => {
  const { url } = await t.startAnother({
    DATABASE_POOL_SIZE: '2',
    MAX_REQUESTS: '20',
    LOGIN_FAILURES_PER_ADDRESS: '5',
    METRICS_TOKEN: metricsToken,
  });
  const query = 'mutation { login(username: "nobody", password: "wrong password") { token } }';
  for (let failure = 0; failure < 5; failure++) await send(url, { query });
  const release = await hold('audit_entries');
  const logins = Array.from({ length: 7 }, () => send(url, { query }));
  await until(async () => (await inFlight(url)) === logins.length, 8_000);
  await expectHeld(1);
  const read = await send(url, { query: '{ employees { totalCount } }', token: t.viewer.token });
  expect(read.errors, read.text).toBeUndefined();
  expect(await inFlight(url)).toBe(logins.length);
  await release();
  for (const { errors } of await Promise.all(logins))
    expect(errors?.[0]?.extensions.code).toBe('RATE_LIMITED');
  const told = await t.database.sql("SELECT 1 FROM audit_entries WHERE action = 'login.limited'");
  expect(told.length).toBeGreaterThanOrEqual(logins.length);
});

const payOnce = `mutation ($employeeId: ID!) { issuePayment(input: {
  employeeId: $employeeId, amount: { amount: "10.00", currency: "EUR" }, kind: BONUS }) { payment { id } } }`;

async function inFlight(url: string): Promise<number> {
  return (await figures(url, `Bearer ${metricsToken}`)).value('stipend_requests_in_flight');
}

test('a payment is not made when its client has left before its turn came', async () => {
  const small = await t.startAnother({
    DATABASE_POOL_SIZE: '2',
    MAX_REQUESTS: '20',
    METRICS_TOKEN: metricsToken,
  });
  const running = 8;
  const employeeId = await insertEmployee(t.database);
  const release = await hold('payments');
  const held = Array.from({ length: running }, () =>
    send(small.url, { query: '{ payments { totalCount } }', token: t.viewer.token }),
  );
  await until(async () => (await inFlight(small.url)) === running, 8_000);
  const leave = new AbortController();
  const body = JSON.stringify({ query: payOnce, variables: { employeeId } });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${t.admin.token}` };
  const left = fetch(`${small.url}/graphql`, { method: 'POST', headers, body, signal: leave.signal }).catch(
    () => 'left',
  );
  await until(async () => (await inFlight(small.url)) === running + 1, 8_000);
  leave.abort();
  expect(await left).toBe('left');
  await until(async () => (await inFlight(small.url)) === running, 8_000);
  await release();
  for (const answer of await Promise.all(held)) expect(answer.errors).toBeUndefined();
  // What comes after it has its turn after it.
  await send(small.url, { query: '{ payments { totalCount } }', token: t.viewer.token });
  expect(await t.database.sql('SELECT 1 FROM payments WHERE employee_id = $1', [employeeId])).toEqual([]);
});

test('after far more than there is room for, all have room again', async () => {
  const room = 60;
  const { url } = await t.startAnother({ MAX_REQUESTS: String(room), METRICS_TOKEN: metricsToken });
  const ask = () => send(url, { query: '{ payments { totalCount } }', token: t.viewer.token });
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
      refused += 1;
    }
  });
  await until(async () => (await inFlight(url)) === room && refused >= 10 * room, 8_000);
  await release();
  asking = false;
  await Promise.all(clients);
  expect(
    (await figures(url, `Bearer ${metricsToken}`)).value('stipend_requests_refused_total{reason="capacity"}'),
  ).toBe(refused);
  for (const answer of await Promise.all(Array.from({ length: room }, ask)))
    expect(answer.errors).toBeUndefined();
});
