import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../../src/values/project-root.js';
import { createDatabase, type TestDatabase } from '../database.js';
import { expectCode, expectData } from '../expect.js';
import { insertEmployee, insertPayment } from '../factories.js';
import { useStipend } from '../harness.js';

const t = await useStipend();
const employeeId = await insertEmployee(t.database, { email: 'Taken@example.com' });
const paymentId = await insertPayment(t.database, { employeeId });
const otherId = await insertEmployee(t.database);

test.each(['payments', 'salary_changes'])('%s can be divided by employee, with every key', async (table) => {
  await t.database.sql(
    `CREATE TABLE divided_${table} (LIKE ${table} INCLUDING ALL) PARTITION BY HASH (employee_id)`,
  );
  await t.database.sql(`CREATE TABLE part_of_${table} PARTITION OF divided_${table}
    FOR VALUES WITH (MODULUS 1, REMAINDER 0)`);
  const [key] = await t.database.sql(`SELECT pg_get_constraintdef(oid) AS definition FROM pg_constraint
    WHERE conrelid = 'part_of_${table}'::regclass AND contype = 'p'`);
  expect(key).toEqual({ definition: 'PRIMARY KEY (employee_id, id)' });
  await t.database.sql(`DROP TABLE divided_${table}`);
});

test.each(['payments', 'salary_changes'])(
  'a row of %s is found by its id alone, by an index',
  async (table) => {
    const found = await t.database.sql(`SELECT indexdef FROM pg_indexes
    WHERE tablename = '${table}' AND indexdef LIKE '%USING btree (id)'`);
    expect(found).toHaveLength(1);
  },
);

test('a payment replaces only a payment of its own employee, whoever writes it', async () => {
  const replace = `INSERT INTO payments (id, employee_id, amount_minor, currency, kind, issued_at, issued_by, replaces)
    SELECT gen_random_uuid(), $1, 1, 'EUR', 'BONUS', now(), issued_by, id FROM payments WHERE id = $2`;
  await expect(t.database.sql(replace, [otherId, paymentId])).rejects.toMatchObject({ code: '23503' });
  await t.database.sql(replace, [employeeId, paymentId]);
  await expect(t.database.sql(replace, [employeeId, paymentId])).rejects.toMatchObject({ code: '23505' });
});

test('no foreign key follows a change of what it refers to', async () => {
  const following = await t.database.sql(
    `SELECT conname FROM pg_constraint WHERE contype = 'f' AND confupdtype <> 'a'`,
  );
  expect(following).toEqual([]);
});

test.each(['payments', 'salary_changes', 'audit_entries'])(
  'rows of %s are kept by triggers of each row',
  async (table) => {
    const triggers =
      await t.database.sql(`SELECT DISTINCT event_manipulation AS event, action_orientation AS each
    FROM information_schema.triggers
      WHERE event_object_table = '${table}' AND event_manipulation <> 'INSERT' ORDER BY 1`);
    expect(triggers).toEqual([
      { event: 'DELETE', each: 'ROW' },
      { event: 'UPDATE', each: 'ROW' },
    ]);
    await t.database.sql(
      `INSERT INTO audit_entries (id, at, action, changes) VALUES (gen_random_uuid(), now(), 'a test', '[]')`,
    );
    for (const change of [`DELETE FROM ${table}`, `UPDATE ${table} SET id = id`, `TRUNCATE ${table} CASCADE`])
      await expect(t.database.sql(change), change).rejects.toMatchObject({ code: '23001' });
  },
);

test('only tables that are not divided notify', async () => {
  const notifying = await t.database.sql<{ table: string }>(`
    SELECT DISTINCT tgrelid::regclass::text AS table FROM pg_trigger JOIN pg_proc f ON f.oid = tgfoid
    WHERE f.prosrc LIKE '%pg_notify%' OR f.prosrc ~* '\\mNOTIFY\\M' ORDER BY 1`);
  expect(notifying.map(({ table }) => table)).toEqual(['sessions', 'shared_values', 'users']);
});

const edit = `mutation ($input: EditEmployeeInput!) { editEmployee(input: $input) { employee { email version } } }`;

test('an email address is of one employee, without regard to case, and is free again after a change', async () => {
  const change = (id: string, version: number, email: string) =>
    t.gql(edit, { input: { id, version, email } }, t.admin);
  await expect(insertEmployee(t.database, { email: 'tAKEN@example.com' })).rejects.toMatchObject({
    code: '23505',
  });
  expectCode(await change(otherId, 1, 'TAKEN@example.com'), 'CONFLICT');
  expectData(await change(employeeId, 1, 'taken@EXAMPLE.com'));
  expectCode(await change(otherId, 1, 'taken@example.com'), 'CONFLICT');
  expectData(await change(employeeId, 2, 'moved@example.com'));
  expectData(await change(otherId, 1, 'Taken@example.com'));
  const kept = await t.database.sql(`SELECT count(*)::int AS differing FROM employees e
    FULL JOIN employee_emails k ON k.employee_id = e.id AND k.email_key = lower(e.email)
    WHERE e.id IS NULL OR k.employee_id IS NULL`);
  expect(kept).toEqual([{ differing: 0 }]);
});

test('a database that is in use is brought up to these keys with its rows', async () => {
  const database = await createDatabase('template0');
  const migrations = await readdir(join(projectRoot, 'prisma', 'migrations'));
  const folders = migrations.filter((name) => !name.endsWith('.toml')).sort();
  const first = folders.indexOf('20261130000000_keys_by_employee');
  await migrate(database, folders.slice(0, first));
  await database.sql(`INSERT INTO users (id, username, username_key, password_hash, role)
    VALUES (gen_random_uuid(), 'admin', 'admin', 'x', 'ADMIN')`);
  const id = await insertEmployee(database, { email: 'Ada@example.com' });
  const voided = await insertPayment(database, { employeeId: id, voided: true });
  const payment = await insertPayment(database, { employeeId: id });
  await database.sql(
    `INSERT INTO idempotency_records (user_id, operation, key, input_hash, payment_id, created_at)
    SELECT issued_by, 'issuePayment', 'a key', '', id, issued_at FROM payments WHERE id = $1`,
    [payment],
  );
  await migrate(database, folders.slice(first));
  expect(await database.sql('SELECT employee_id, payment_id FROM idempotency_records')).toEqual([
    { employee_id: id, payment_id: payment },
  ]);
  const payments = await database.sql<{ id: string }>('SELECT id FROM payments');
  expect(new Set(payments.map((row) => row.id))).toEqual(new Set([voided, payment]));
  await expect(insertEmployee(database, { email: 'ada@example.com' })).rejects.toMatchObject({
    constraint: 'employees_email_key',
  });
  await database.drop();
});

async function migrate(database: TestDatabase, folders: readonly string[]): Promise<void> {
  for (const folder of folders)
    await database.sql(
      await readFile(join(projectRoot, 'prisma', 'migrations', folder, 'migration.sql'), 'utf8'),
    );
}
