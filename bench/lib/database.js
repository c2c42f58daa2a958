import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { atEnd } from './cleanup.js';
import { familyCpuMicros, pinFamily } from './cores.js';
import { hashPassword } from './password.js';
import { importProduct } from './product.js';

/**
 * @typedef {object} Database
 * @property {(role?: string) => string} urlFor for DATABASE_URL; Stipend's role owns the database and is no superuser
 * @property {string} version
 * @property {(text: string, values?: unknown[]) => Promise<object[]>} sql
 * @property {() => number} cpuMicros what PostgreSQL has used so far, in all its processes
 * @property {(cores: string) => void} moveTo all of them
 */

/** The accounts of the filled company. */
export const accounts = { admin: 'admin0', viewer: 'viewer', password: 'a password for the benchmark only' };

const owner = 'stipend';
const name = 'company';

/**
 * Stipend's own PostgreSQL, as Stipend starts it, with a company in it.
 *
 * @param {{ employees: number, paid?: number }} size how many employees, and how many of them have payments: all, or the
 *   first ones of the list
 * @param {Record<string, string>} [settings] of PostgreSQL, in place of Stipend's
 * @returns {Promise<Database>}
 */
export function openFilledDatabase({ employees, paid = employees }, settings = {}) {
  return openDatabase((connection) => fill(connection, { employees, paid }), settings);
}

/** The same with nobody in the company but its admin. @returns {Promise<Database>} */
export function openEmptyDatabase() {
  return openDatabase(async (connection) =>
    runSql(
      connection,
      `INSERT INTO users (id, username, username_key, password_hash, role)
        VALUES (gen_random_uuid(), $1, $1, $2, 'ADMIN')`,
      [accounts.admin, await hashPassword(accounts.password)],
    ),
  );
}

/** @param {(connection: object) => Promise<void>} fillWith puts rows into the migrated database, as a superuser */
async function openDatabase(fillWith, settings = {}) {
  const { startEmbeddedPostgres } = await importProduct('embedded-postgres/start.js');
  const { applyMigrations } = await importProduct('database/migrate.js');
  const { connectionTo } = await importProduct('database/connection.js');
  const dataDir = await mkdtemp(join(tmpdir(), 'stipend-bench-'));
  atEnd(() => rm(dataDir, { recursive: true, force: true }));
  // More connections than as shipped: all servers are kept running. All else is as shipped, fsync too.
  const postgres = await startEmbeddedPostgres({
    dataDir,
    settings: { max_connections: '200', ...settings },
  });
  atEnd(() => postgres.stop());
  const superuser = postgres.connection;
  const { host, port, password } = superuser;
  await runSql(superuser, `CREATE ROLE ${owner} LOGIN PASSWORD '${password}'`);
  await runSql(superuser, `CREATE DATABASE ${name} OWNER ${owner}`);
  await applyMigrations(connectionTo({ host, port, user: owner, password, database: name }));
  await fillWith({ ...superuser, database: name });

  const client = new pg.Client({ ...superuser, database: name });
  await client.connect();
  atEnd(() => client.end());
  // Setups of peers give their roles the same password.
  await client.query(`SELECT set_config('bench.password', $1, false)`, [password]);
  const sql = async (text, values) => (await client.query(text, values)).rows;
  const [{ version }] = await sql(`SELECT current_setting('server_version') AS version`);
  const postmaster = Number.parseInt(await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8'), 10);
  return {
    urlFor: (role = owner) => `postgresql://${role}:${password}@${encodeURIComponent(host)}:${port}/${name}`,
    version,
    sql,
    cpuMicros: () => familyCpuMicros(postmaster),
    moveTo: (cores) => pinFamily(postmaster, cores),
  };
}

async function fill(connection, { employees, paid }) {
  const script = await readFile(new URL('fill.sql', import.meta.url), 'utf8');
  const client = new pg.Client(connection);
  await client.connect();
  try {
    await client.query(
      `SELECT set_config('bench.employees', $1, false), set_config('bench.paid', $2, false),
        set_config('bench.password_hash', $3, false)`,
      [String(employees), String(paid), await hashPassword(accounts.password)],
    );
    await client.query(script);
    await client.query('VACUUM (ANALYZE)');
  } finally {
    await client.end();
  }
}

async function runSql(connection, text, values) {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    await client.query(text, values);
  } finally {
    await client.end();
  }
}
