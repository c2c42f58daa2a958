import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { withAppRole } from '../src/database/app-role.js';
import { connectionTo } from '../src/database/connection.js';
import { applyMigrations } from '../src/database/migrate.js';
import { startEmbeddedPostgres } from '../src/embedded-postgres/start.js';
import { runSql, type ServerAddress } from './database.js';

declare module 'vitest' {
  interface ProvidedContext {
    postgres: ServerAddress;
  }
}

export const templateName = 'stipend_template';

/** One PostgreSQL for the whole run, with a migrated database that each test file clones. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'stipend-test-'));
  const postgres = await startEmbeddedPostgres({
    dataDir,
    // The data is thrown away at the end: durability is tested where it matters, by processes of their own.
    settings: {
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
      max_connections: '200',
      // Of each of some three thousand connections.
      scram_iterations: '1',
    },
  });
  const { host, port, user, password } = postgres.connection;
  const address = { host, port, user, password };
  // As in production, the role of DATABASE_URL owns its database and may create roles, and is no superuser: Stipend's own
  // statements run as the role that it creates.
  await runSql(
    { ...address, database: 'postgres' },
    `CREATE ROLE stipend LOGIN CREATEDB CREATEROLE PASSWORD '${password}'`,
  );
  await runSql({ ...address, database: 'postgres' }, `CREATE DATABASE ${templateName} OWNER stipend`);
  const template = connectionTo({ ...address, user: 'stipend', database: templateName });
  await applyMigrations(template);
  await withAppRole(template);
  project.provide('postgres', address);
  return async () => {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}
