import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { projectRoot } from '../values/project-root.js';
import type { Connection } from './connection.js';
import { databaseFault } from './database-errors.js';
import { LockNotFree, takeExclusiveLock } from './exclusive-lock.js';
import { UnsuitableDatabase } from './inspect.js';
import { openClient } from './session.js';

const migrationsPath = join(projectRoot, 'prisma', 'migrations');

/** Another process may be at a large migration. */
const maxWaitMs = 5 * 60_000;
/** For a table that a statement of another program uses. Whatever needs the table waits behind the migration. */
const maxTableLockWait = '20s';

interface Migration {
  /** Of its folder. */
  name: string;
  sql: string;
}

/** A migration failed. Nothing of it has remained. */
export class MigrationError extends Error {
  constructor(
    readonly migration: string,
    cause: unknown,
  ) {
    super(`migration ${migration}: ${cause instanceof Error ? cause.message : 'failed'}`, { cause });
  }
}

/**
 * Applies the pending migrations, and records them in `_prisma_migrations` so that Prisma's own tools understand the
 * database. A migration and its record are one transaction: whatever cuts it short, it is done again by the next start.
 * Processes that start together wait for one another.
 *
 * @param onWait is called with what it waits for
 * @returns the names of the applied migrations
 * @throws MigrationError, or UnsuitableDatabase when another process has not finished in time
 */
export async function applyMigrations(
  connection: Connection,
  onWait: (reason: string) => void = () => {},
): Promise<string[]> {
  const migrations = await readMigrations();
  const client = await openClient(connection, { application_name: 'stipend migrations' });
  try {
    await requireExtensions(client, await pendingOf(client, connection, migrations));
    const applied: string[] = [];
    while ((await pendingOf(client, connection, migrations)).length > 0) {
      await client.query('BEGIN');
      await client.query(`SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '${maxTableLockWait}'`);
      await lockOutOthers(client, onWait);
      const [next] = await pendingOf(client, connection, migrations);
      if (next) {
        await applyOne(client, next);
        applied.push(next.name);
      }
      await client.query('COMMIT');
    }
    return applied;
  } finally {
    await client.end();
  }
}

async function readMigrations(): Promise<Migration[]> {
  const entries = await readdir(migrationsPath, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => ({
      name,
      sql: await readFile(join(migrationsPath, name, 'migration.sql'), 'utf8'),
    })),
  );
}

async function pendingOf(
  client: pg.Client,
  { schema = 'public' }: Connection,
  migrations: Migration[],
): Promise<Migration[]> {
  // Another schema of the search path may have such a table, too.
  const { rows } = await client.query<{ exists: boolean }>(
    "SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = $1 AND tablename = '_prisma_migrations') AS exists",
    [schema],
  );
  if (!rows[0]?.exists) return migrations;
  const applied = await client.query<{ name: string }>(
    `SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`,
  );
  const names = new Set(applied.rows.map(({ name }) => name));
  return migrations.filter(({ name }) => !names.has(name));
}

/** @throws UnsuitableDatabase naming the extensions that are missing and can't be created, before anything is written */
async function requireExtensions(client: pg.Client, pending: Migration[]): Promise<void> {
  const names = pending.flatMap(({ sql }) =>
    [...sql.matchAll(/CREATE EXTENSION IF NOT EXISTS "?([a-z_]{1,63})/g)].map(([, name = '']) => name),
  );
  const { rows } = await client.query<{ name: string; available: boolean }>(
    `SELECT DISTINCT wanted.name, v.name IS NOT NULL AS available
     FROM unnest($1::text[]) AS wanted (name)
       LEFT JOIN pg_available_extensions a ON a.name = wanted.name
       LEFT JOIN pg_available_extension_versions v ON v.name = a.name AND v.version = a.default_version
       JOIN pg_roles me ON me.rolname = current_user
     WHERE wanted.name NOT IN (SELECT extname FROM pg_extension)
       AND (v.name IS NULL OR NOT me.rolsuper
         AND NOT (v.trusted AND has_database_privilege(current_database(), 'CREATE')))
     ORDER BY 1`,
    [names],
  );
  const lacking = rows.filter(({ available }) => !available).map(({ name }) => name);
  if (lacking.length > 0) {
    throw new UnsuitableDatabase(
      `The server of DATABASE_URL lacks the extension ${lacking.join(' and the extension ')}. Install PostgreSQL's contrib modules there (Debian has them in postgresql, Red Hat in postgresql-contrib), and start again.`,
    );
  }
  if (rows.length > 0) {
    const create = rows.map(({ name }) => `CREATE EXTENSION ${name};`).join(' ');
    throw new UnsuitableDatabase(
      `DATABASE_URL's user may not create the extension ${rows.map(({ name }) => name).join(' and the extension ')}. As a superuser, run ${create} in the database, and start again.`,
    );
  }
}

async function lockOutOthers(client: pg.Client, onWait: (reason: string) => void): Promise<void> {
  try {
    await takeExclusiveLock(client, 'migrate', {
      maxWaitMs,
      onWait: (holder) => onWait(`Waiting for ${holder}, which migrates the database`),
    });
  } catch (error) {
    if (!(error instanceof LockNotFree)) throw error;
    throw new UnsuitableDatabase(
      `${error.holder} has been migrating the database for minutes. Wait until it has finished, or end it, and start again.`,
    );
  }
}

/** Has its effect, and its record, in the transaction that is open. */
async function applyOne(client: pg.Client, { name, sql }: Migration): Promise<void> {
  await client.query(`CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL, finished_at timestamptz, migration_name varchar(255) NOT NULL,
    logs text, rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(),
    applied_steps_count integer NOT NULL DEFAULT 0)`);
  // Left by a program that recorded a migration before it ran it, and was killed. The script ran whole, or not at all.
  const cutShort = await client.query(
    'DELETE FROM _prisma_migrations WHERE migration_name = $1 AND rolled_back_at IS NULL',
    [name],
  );
  await client.query('SAVEPOINT migration');
  try {
    await client.query(sql);
  } catch (error) {
    if (!cutShort.rowCount || !isThereAlready(error)) throw new MigrationError(name, error);
    await client.query('ROLLBACK TO SAVEPOINT migration');
  }
  await client.query(
    `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
     VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
    [randomUUID(), createHash('sha256').update(sql).digest('hex'), name],
  );
}

/** Duplicate column, function, schema, table, object. */
function isThereAlready(error: unknown): boolean {
  return /^42(701|723|P06|P07|710)$/.test(databaseFault(error)?.sqlState ?? '');
}
