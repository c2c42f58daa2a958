import { expect, inject, test } from 'vitest';
import { connectionOf } from '../../src/database/connection.js';
import { applyMigrations } from '../../src/database/migrate.js';
import { createDatabase, runSql } from '../database.js';
import { schemaDrift } from './drift.js';

const address = inject('postgres');

test('the migrations lead to what schema.prisma says', async () => {
  const database = await createDatabase();
  expect(await schemaDrift({ connectionString: database.url })).toBe('');
  await database.drop();
});

test('a database that differs from schema.prisma is told from one that does not', async () => {
  const database = await createDatabase();
  await database.sql('ALTER TABLE employees ADD COLUMN nickname text');
  expect(await schemaDrift({ connectionString: database.url })).toContain('DROP COLUMN "nickname"');
  await database.drop();
});

test('several processes that start on one empty database apply each migration once', async () => {
  const database = await createDatabase('template0');
  const applied = await Promise.all(
    Array.from({ length: 4 }, () => applyMigrations(connectionOf(database.url))),
  );
  const rows = await database.sql<{ migration_name: string }>(
    'SELECT migration_name FROM _prisma_migrations ORDER BY 1',
  );
  expect(applied.flat().sort()).toEqual(rows.map((row) => row.migration_name));
  await database.drop();
});

test('the role that owns the database is enough: no superuser is needed', async () => {
  const [role] = await runSql<{ rolsuper: boolean }>(
    { ...address, database: 'postgres' },
    `SELECT rolsuper FROM pg_roles WHERE rolname = 'stipend'`,
  );
  expect(role?.rolsuper).toBe(false);
});
