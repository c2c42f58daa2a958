import { afterAll, expect, inject, test } from 'vitest';
import { withAppRole } from '../../src/database/app-role.js';
import { parseConfig } from '../../src/start/config.js';
import { openStore } from '../../src/start/store.js';
import { createLog } from '../../src/telemetry/log.js';
import { createDatabase, runSql } from '../database.js';
import { jwtSecret } from '../harness.js';

const database = await createDatabase();
afterAll(() => database.drop());
const { pathname } = new URL(database.url);
const asSuperuser = { ...inject('postgres'), database: pathname.slice(1) };
const asApp = await withAppRole(asSuperuser);

test('where the role that migrates may make roles, statements run as the role of the application', async () => {
  const [row] = await runSql<{ role: string; superuser: boolean }>(
    asApp,
    'SELECT rolname AS role, rolsuper AS superuser FROM pg_roles WHERE rolname = current_user',
  );
  expect(row).toEqual({ role: 'stipend_app', superuser: false });
});

test.each([
  'DROP TABLE payments',
  'DROP TABLE rate_limits',
  'ALTER TABLE payments DISABLE TRIGGER ALL',
  'TRUNCATE payments',
  'CREATE TABLE mine (id int)',
  'UPDATE payments SET amount_minor = 1',
  'DELETE FROM payments',
  'UPDATE audit_entries SET action = $$nothing$$',
  'DELETE FROM audit_entries',
  'UPDATE salary_changes SET amount_minor = 1',
  'DELETE FROM users',
  'DELETE FROM employees',
])('the role of the application may not: %s', async (statement) => {
  await expect(runSql(asApp, statement)).rejects.toMatchObject({ code: '42501' });
});

const { user, password, host, port } = inject('postgres');
const url = `postgresql://${user}:${password}@${encodeURIComponent(host)}:${port}${pathname}`;

const openWith = (databaseUrl: string) =>
  openStore(parseConfig({ DATABASE_URL: databaseUrl, JWT_SECRET: jwtSecret }), {
    log: createLog('silent', { write: () => {} }),
  });

test.each([
  ['as it is', url],
  ['with options of its own', `${url}?options=-c%20timezone%3DAsia/Kolkata%20-c%20role%3D${user}`],
  [
    'of a socket, with options of its own',
    `postgresql://${user}:${password}@${pathname}?host=${host}&port=${port}&options=-c%20role%3D${user}`,
  ],
])('the server itself works as that role by a DATABASE_URL %s', async (_title, databaseUrl) => {
  const store = await openWith(databaseUrl);
  try {
    for (const statement of ['DROP TABLE payments', 'DELETE FROM payments', 'DELETE FROM audit_entries']) {
      await expect(store.database.pool.query(statement)).rejects.toMatchObject({ code: '42501' });
      await expect(runSql(store.connection, statement)).rejects.toMatchObject({ code: '42501' });
    }
  } finally {
    await store.close();
  }
});

const settingsWith = async (query: string) => {
  const store = await openWith(`${url}?${query}`);
  try {
    const { rows } = await store.database.pool.query(`
      SELECT current_setting('TimeZone') AS zone, current_setting('lock_timeout') AS lock,
        current_setting('statement_timeout') AS statement`);
    return rows;
  } finally {
    await store.close();
  }
};

/** More than none, which `0` would say. */
const usual = expect.stringMatching(/^[1-9]\d*m?s$/);

test('what DATABASE_URL asks for in its options holds, but for what Stipend relies on', async () => {
  const options =
    'options=-c%20timezone%3DAsia/Kolkata%20-c%20lock_timeout%3D4321%20-c%20statement_timeout%3D0';
  expect(await settingsWith(options)).toEqual([{ zone: 'UTC', lock: '4321ms', statement: usual }]);
});

test("DATABASE_URL takes no statement's time limit away", async () => {
  const asked = 'statement_timeout=0&idle_in_transaction_session_timeout=0&query_timeout=1&lock_timeout=4321';
  expect(await settingsWith(asked)).toEqual([{ zone: 'UTC', lock: '4321ms', statement: usual }]);
});

test('where the role that migrates may not make roles, Stipend works as that role', async () => {
  const other = { connectionString: database.url };
  expect(await withAppRole(other)).toEqual(other);
});

test('many databases of one cluster can make the role at the same time', async () => {
  await Promise.all(Array.from({ length: 8 }, () => withAppRole(asSuperuser)));
});
