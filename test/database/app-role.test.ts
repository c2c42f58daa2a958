import { afterAll, expect, inject, test } from 'vitest';
import { withAppRole } from '../../src/database/app-role.js';
import { createDatabase, runSql } from '../database.js';

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

test('where the role that migrates may not make roles, Stipend works as that role', async () => {
  const other = { connectionString: database.url };
  expect(await withAppRole(other)).toEqual(other);
});

test('many databases of one cluster can make the role at the same time', async () => {
  await Promise.all(Array.from({ length: 8 }, () => withAppRole(asSuperuser)));
});
