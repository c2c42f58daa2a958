import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, onTestFinished, test } from 'vitest';
import { withAppRole } from '../../src/database/app-role.js';
import { connectionTo } from '../../src/database/connection.js';
import { applyMigrations } from '../../src/database/migrate.js';
import { startEmbeddedPostgres } from '../../src/embedded-postgres/start.js';
import { runAs, runSql } from '../database.js';
import { expectCode, expectData } from '../expect.js';
import { insertEmployee, insertPayment } from '../factories.js';
import { useStipend } from '../harness.js';
import { pay } from '../issue-payment/support.js';
import { useStore } from './support.js';

const t = await useStipend();
const employeeId = await insertEmployee(t.database);
await insertPayment(t.database, { employeeId });

test('every connection of the pool, and that of the listener, runs as the role of the application', async () => {
  const { database, connection } = await useStore(t.database.url);
  const statement = 'SELECT pg_backend_pid() AS pid, current_user::text AS role FROM pg_sleep(0.2)';
  const found = await Promise.all(Array.from({ length: 10 }, () => database.pool.query(statement)));
  const rows = found.flatMap((result) => result.rows);
  expect(new Set(rows.map(({ pid }) => pid)).size).toBe(database.pool.options.max);
  expect(new Set(rows.map(({ role }) => role))).toEqual(new Set(['stipend_app']));
  expect(await runAs(connection, 'SELECT current_user::text AS role')).toEqual([{ role: 'stipend_app' }]);
});

test('tests reach the API of a server that runs as this role', async () => {
  const input = { employeeId, amount: { amount: '1.00', currency: 'EUR' }, kind: 'BONUS' };
  await t.database.sql('REVOKE INSERT ON payments FROM stipend_app');
  expectCode(await pay(t, { ...input, idempotencyKey: 'revoked' }), 'INTERNAL_SERVER_ERROR');
  await t.database.sql('GRANT INSERT ON payments TO stipend_app');
  expectData(await pay(t, { ...input, idempotencyKey: 'granted' }));
});

const forbidden = [
  'UPDATE payments SET amount_minor = 1',
  'DELETE FROM payments',
  'TRUNCATE payments',
  'DROP TABLE payments',
  'ALTER TABLE payments DISABLE TRIGGER ALL',
  'UPDATE salary_changes SET amount_minor = 1',
  'DELETE FROM salary_changes',
  'UPDATE audit_entries SET action = $$nothing$$',
  'DELETE FROM audit_entries',
  'DELETE FROM users',
  'DELETE FROM employees',
  'DROP TABLE rate_limits',
  'CREATE TABLE mine (id int)',
  'CREATE ROLE mine',
];

const { user, password, host, port } = inject('postgres');
const { pathname } = new URL(t.database.url);

test.each([
  ['of a role that may create roles', t.database.url],
  ['of a superuser', `postgresql://${user}:${password}@${encodeURIComponent(host)}:${port}${pathname}`],
  ['with options of its own', `${t.database.url}?options=-c%20timezone%3DAsia/Kolkata%20-c%20role%3Dstipend`],
  [
    'of a socket, with options of its own',
    `postgresql://${user}:${password}@${pathname}?host=${host}&port=${port}&options=-c%20role%3D${user}`,
  ],
])('by a DATABASE_URL %s, Stipend may change no record and no table', async (_title, databaseUrl) => {
  const { database, connection } = await useStore(databaseUrl);
  const refused = { code: '42501' };
  for (const statement of forbidden) {
    await expect(database.pool.query(statement), statement).rejects.toMatchObject(refused);
    await expect(runAs(connection, statement), statement).rejects.toMatchObject(refused);
  }
});

test('of many databases of one cluster, whose first starts come at once, each is given the role', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'stipend-roles-'));
  const postgres = await startEmbeddedPostgres({ dataDir, settings: { fsync: 'off' } });
  onTestFinished(async () => {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  });
  const { connection } = postgres;
  const databases = ['one', 'two', 'three', 'four', 'five', 'six'];
  await applyMigrations(connectionTo(connection));
  for (const name of databases) {
    await runSql(
      { ...connection, database: 'template1' },
      `CREATE DATABASE ${name} TEMPLATE ${connection.database}`,
    );
  }
  const given = await Promise.all(
    databases.map((database) => withAppRole(connectionTo({ ...connection, database }))),
  );
  for (const each of given) {
    await expect(runAs(each, 'DELETE FROM payments')).rejects.toMatchObject({ code: '42501' });
  }
});
