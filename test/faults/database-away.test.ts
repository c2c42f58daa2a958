import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { connectionTo } from '../../src/database/connection.js';
import { openDatabase, rowsWithin } from '../../src/database/database.js';
import { sql } from '../../src/database/sql.js';
import { send } from '../client.js';
import { runSql } from '../database.js';
import { insertEmployee, userPassword } from '../factories.js';
import { useStipend } from '../harness.js';
import { expectInvariants } from '../invariants.js';
import { issuePayment } from '../issue-payment/support.js';
import { until } from '../start/support.js';
import { useProxy } from './proxy.js';
import { expectUnavailable, healthOf, inTime, soon } from './support.js';

const t = await useStipend();
const proxy = await useProxy(inject('postgres'));
const { url } = await t.startAnother({
  DATABASE_URL: proxy.through(t.database.url),
  OPERATION_TIMEOUT: '1s',
});
const employeeId = await insertEmployee(t.database);

const databaseName = new URL(t.database.url).pathname.slice(1);
const superuser = { ...inject('postgres'), database: databaseName };
const terminate = () =>
  runSql(
    superuser,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND application_name LIKE 'stipend%'`,
  );
const tables = 'users, sessions, employees, payments';

/** Each begins, and says how it ends. */
const faults: Record<string, () => Promise<() => Promise<unknown>>> = {
  'refuses connections': async () => {
    await proxy.refuse();
    return () => proxy.pass();
  },
  'resets connections': async () => {
    proxy.reset();
    return () => proxy.pass();
  },
  'is silent': async () => {
    proxy.silence();
    return () => proxy.pass();
  },
  'is slow by 2 s': async () => {
    proxy.slow(2_000);
    return () => proxy.pass();
  },
  'has no connection to give': async () => {
    await runSql(superuser, `ALTER DATABASE ${databaseName} CONNECTION LIMIT 0`);
    await terminate();
    return () => runSql(superuser, `ALTER DATABASE ${databaseName} CONNECTION LIMIT -1`);
  },
  'has its tables locked': async () => {
    const client = new pg.Client(superuser);
    await client.connect();
    await client.query(`BEGIN; LOCK TABLE ${tables}`);
    return () => client.end();
  },
};

/** Ends a fault once, whoever comes first: the test, or what cleans up after it. */
function once(end: () => Promise<unknown>): () => Promise<void> {
  let ended: Promise<unknown> | undefined;
  return async () => {
    ended ??= end();
    await ended;
  };
}

const me = (token: string) => send(url, { query: '{ me { username } }', token });
const pay = (input: object) => send(url, { query: issuePayment, variables: { input }, token: t.admin.token });
const bonus = () => ({
  employeeId,
  amount: { amount: '1.00', currency: 'EUR' },
  kind: 'BONUS',
  idempotencyKey: randomUUID(),
});
const edit = (version: number) =>
  send(url, {
    query: `mutation ($input: EditEmployeeInput!) { editEmployee(input: $input) { employee { version } } }`,
    variables: { input: { id: employeeId, version, title: `Title ${version}` } },
    token: t.admin.token,
  });
const login = () =>
  send(url, {
    query: 'mutation ($password: String!) { login(username: "vera", password: $password) { token } }',
    variables: { password: userPassword },
  });

/** Everything works, and connections lie idle in the pool: a fault meets them too. */
async function expectHealthy(): Promise<void> {
  const answers = await Promise.all(Array.from({ length: 6 }, () => me(t.viewer.token)));
  for (const answer of answers) expect(answer.errors, answer.text).toBeUndefined();
  await until(async () => (await healthOf(url, '/readyz')) === 200, 5_000);
}

describe.for(Object.entries(faults))('when the database %s', ([, begin]) => {
  test('all is SERVICE_UNAVAILABLE in a bounded time, /readyz red, /healthz green, and 2 s after it all works', async () => {
    await expectHealthy();
    const input = bonus();
    const end = once(await begin());
    onTestFinished(end);
    const requests = {
      'a read': me(t.viewer.token),
      'a page': send(url, { query: '{ payments { totalCount } }', token: t.admin.token }),
      'an own page': send(url, { query: '{ payments { totalCount } }', token: t.employee.token }),
      'a payment': pay(input),
      'an edit': edit(1),
      'a login': login(),
    };
    const ready = inTime('/readyz', healthOf(url, '/readyz'), 4_000);
    expect(await inTime('/healthz', healthOf(url, '/healthz'), 4_000)).toBe(200);
    for (const [title, request] of Object.entries(requests))
      expectUnavailable(await inTime(title, request), title);
    expect(await ready).toBe(503);
    expect(await inTime('/readyz', healthOf(url, '/readyz'), 4_000)).toBe(503);

    await end();
    await soon('a success', async () => (await me(t.viewer.token)).data?.me?.username === 'vera');
    await until(async () => (await healthOf(url, '/readyz')) === 200, 5_000);
    const again = await pay(input);
    expect(again.errors, again.text).toBeUndefined();
    expect(
      await t.database.sql('SELECT 1 FROM idempotency_records WHERE key = $1', [input.idempotencyKey]),
    ).toHaveLength(1);
    expect(t.logLines.filter((line) => /an operation failed|a request failed/.test(line))).toEqual([]);
  });
});

test('requests on connections that are terminated are SERVICE_UNAVAILABLE, and the very next ones succeed', async () => {
  await expectHealthy();
  const client = new pg.Client(superuser);
  onTestFinished(() => client.end());
  await client.connect();
  await client.query('BEGIN; LOCK TABLE payments');
  const input = bonus();
  const held = [pay(input), send(url, { query: '{ payments { totalCount } }', token: t.viewer.token })];
  const waiting =
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
  await until(async () => (await t.database.sql(waiting)).length === 2, 5_000);
  await terminate();
  for (const answer of await Promise.all(held)) expectUnavailable(answer, 'a held request');
  await client.query('COMMIT');
  await soon('the payment', async () => (await pay(input)).errors === undefined);
  const { length } = await t.database.sql('SELECT 1 FROM idempotency_records WHERE key = $1', [
    input.idempotencyKey,
  ]);
  expect(length).toBe(1);
});

const metricsToken = 'a token for the metrics';

test('after a silence that met every connection of the pool, requests succeed within 2 s, whatever waits still', async () => {
  const patient = await t.startAnother({
    DATABASE_URL: proxy.through(t.database.url),
    OPERATION_TIMEOUT: '20s',
    DATABASE_POOL_SIZE: '2',
    METRICS_TOKEN: metricsToken,
  });
  const headers = { authorization: `Bearer ${metricsToken}` };
  const idleConnections = async () => {
    const text = await (await fetch(`${patient.url}/metrics`, { headers })).text();
    return Number(/stipend_database_connections{state="idle"} (\d+)/.exec(text)?.[1]);
  };
  const ask = () => send(patient.url, { query: '{ payments { totalCount } }', token: t.viewer.token });
  // The pool opens all of its connections.
  for (const answer of await Promise.all(Array.from({ length: 50 }, ask)))
    expect(answer.errors).toBeUndefined();
  proxy.silence();
  const asked = Array.from({ length: 25 }, ask);
  // Two statements have a connection each, and the other requests wait for them.
  await until(async () => (await idleConnections()) === 0, 5_000);
  // Each look takes the time after which no answer is one: together, long enough to tell a silence from a busy moment.
  for (let look = 0; look < 4; look++) expect(await healthOf(patient.url, '/readyz')).toBe(503);
  await proxy.pass();
  const first = ask();
  await soon('a success', async () => (await Promise.race([first, ask()])).errors === undefined);
  // Some were lost; those that had not been sent yet are served.
  for (const answer of await Promise.all(asked)) {
    if (answer.errors) expectUnavailable(answer, 'a request of the silence');
  }
});

function openOneConnection() {
  const database = openDatabase({
    connection: connectionTo({ connectionString: proxy.through(t.database.url) }),
    poolSize: 1,
    statementTimeoutMs: 500,
    onConnectionLost: () => {},
  });
  onTestFinished(() => database.close());
  return database;
}

test('a connection that has gone silent is given up soon after the time of a statement, and the next one is served on another', async () => {
  const database = openOneConnection();
  const one = sql`SELECT 1 AS one`;
  const read = () => database.rows(one);
  const readInTransaction = () => database.transaction((tx) => rowsWithin(tx, one));
  for (const ask of [read, readInTransaction]) {
    expect(await ask()).toEqual([{ one: 1 }]);
    proxy.silence();
    const lost = ask();
    lost.catch(() => {});
    await until(async () => database.pool.idleCount === 0, 5_000);
    // The answer was lost, and nothing will ever be heard on this connection.
    const next = new Promise((resolve) => setImmediate(resolve)).then(read);
    await inTime('giving up', expect(lost).rejects.toThrow());
    await proxy.pass();
    expect(await inTime('the next one', next.catch(read))).toEqual([{ one: 1 }]);
  }
});

test('a transaction that was given up on a slow network leaves no connection behind in it: what is acknowledged next is kept', async () => {
  const database = openOneConnection();
  const setTitle = (title: string) =>
    sql`UPDATE employees SET title = ${title} WHERE id = ${employeeId}::uuid`;
  const givenUp = database.transaction(async (tx) => {
    await rowsWithin(tx, setTitle('given up'));
    // The next answer comes after the statement, and the ROLLBACK behind it, were given up.
    proxy.slow(2_000);
    await rowsWithin(tx, setTitle('given up, too'));
  });
  await expect(givenUp).rejects.toThrow();
  await proxy.pass();
  await until(async () => Array.isArray(await database.rows(setTitle('kept'))), 10_000);
  expect(await t.database.sql('SELECT title FROM employees WHERE id = $1', [employeeId])).toEqual([
    { title: 'kept' },
  ]);
});

test('after all that nothing is paid twice, or half', () => expectInvariants(t.database));

test('connections that went without a word while nobody used them hold up nobody', async () => {
  const logIn = () =>
    send(url, {
      query: 'mutation ($password: String!) { login(username: "vera", password: $password) { token } }',
      variables: { password: userPassword },
    });
  // All that the pool may have are open, and idle, when they are forgotten.
  await Promise.all(
    Array.from({ length: 40 }, () => send(url, { query: '{ sessions { id } }', token: t.admin.token })),
  );
  proxy.forget();
  const forgottenAt = new Date();
  const listeners = async () =>
    (
      await t.database.sql(
        `SELECT 1 FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'stipend listener' AND backend_start > $1`,
        [forgottenAt],
      )
    ).length;
  await expect.poll(listeners, { interval: 20, timeout: 15_000 }).toBeGreaterThan(0);
  const failed: number[] = [];
  for (let time = 0; time < 12; time++) if ((await logIn()).errors) failed.push(time);
  // The first may come between the listener's new connection and the end of the old ones.
  expect([[], [0], [0, 1]]).toContainEqual(failed);
});
