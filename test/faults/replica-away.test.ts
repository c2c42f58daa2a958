import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { startEmbeddedPostgres } from '../../src/embedded-postgres/start.js';
import { createApp } from '../../src/start/app.js';
import { parseConfig } from '../../src/start/config.js';
import { createLog } from '../../src/telemetry/log.js';
import { logIn, send } from '../client.js';
import { runSql, type TestDatabase } from '../database.js';
import { expectCode, expectData } from '../expect.js';
import { insertEmployee } from '../factories.js';
import { adminPassword, jwtSecret } from '../harness.js';
import { figures } from '../metrics/figures.js';

const dataDir = await mkdtemp(join(tmpdir(), 'stipend-replica-'));
const postgres = await startEmbeddedPostgres({ dataDir });
const { host, port, user, password, database: name } = postgres.connection;
const token = 'a metrics token for tests';
const app = await createApp(
  parseConfig({
    PORT: '0',
    DATABASE_URL: `postgresql://${user}:${password}@${encodeURIComponent(host)}:${port}/${name}`,
    JWT_SECRET: jwtSecret,
    ADMIN_PASSWORD: adminPassword,
    METRICS_TOKEN: token,
    OPERATION_TIMEOUT: '2s',
  }),
  { log: createLog('silent', { write: () => {} }) },
);
afterAll(async () => {
  await sql("ALTER SYSTEM SET synchronous_standby_names = ''");
  await sql('SELECT pg_reload_conf()');
  await app.stop();
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
});
const sql: TestDatabase['sql'] = (text, values) => runSql(postgres.connection, text, values);
const database: TestDatabase = { sql, url: '', drop: () => Promise.resolve() };

async function setStandby(standby: string): Promise<void> {
  await sql(`ALTER SYSTEM SET synchronous_standby_names = '${standby}'`);
  await sql('SELECT pg_reload_conf()');
  await expect
    .poll(() => sql('SHOW synchronous_standby_names'), { timeout: 15_000 })
    .toEqual([{ synchronous_standby_names: standby }]);
}

const statusOf = async (path: string) => (await fetch(new URL(path, app.url))).status;
const waiting = async () =>
  (await figures(app.url, `Bearer ${token}`)).value('stipend_commit_waiting_seconds');
const issue =
  'mutation ($input: IssuePaymentInput!) { issuePayment(input: $input) { payment { id } replayed } }';

test('a payment whose commit waits for a replica that is gone is answered, and is paid once', async () => {
  const employeeId = await insertEmployee(database, { name: 'Ada' });
  const admin = await logIn(app.url, 'admin', adminPassword);
  expect(await statusOf('/readyz')).toBe(200);
  expect(await waiting()).toBeLessThan(1);

  await setStandby('missing');
  const input = {
    employeeId,
    amount: { amount: '1.00', currency: 'EUR' },
    kind: 'BONUS',
    idempotencyKey: randomUUID(),
  };
  const startedAt = performance.now();
  expectCode(
    await send(app.url, { query: issue, variables: { input }, token: admin }),
    'SERVICE_UNAVAILABLE',
  );
  expect(performance.now() - startedAt).toBeLessThan(6_000);
  expect(await statusOf('/readyz')).toBe(503);
  expect(await waiting()).toBeGreaterThan(0.5);
  // What is read needs no replica.
  expectData(await send(app.url, { query: `{ employee(id: "${employeeId}") { name } }`, token: admin }));

  await setStandby('');
  await expect.poll(() => statusOf('/readyz'), { timeout: 15_000 }).toBe(200);
  const again = expectData(await send(app.url, { query: issue, variables: { input }, token: admin }));
  expect(again).toMatchObject({ issuePayment: { replayed: true } });
  expect(await sql('SELECT count(*)::int AS made FROM payments')).toEqual([{ made: 1 }]);
  expect(await waiting()).toBeLessThan(1);
});
