import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { connectionOf } from '../../src/database/connection.js';
import { applyMigrations } from '../../src/database/migrate.js';
import { useStore } from '../database/support.js';
import { createDatabase } from '../database.js';
import { jwtSecret } from '../harness.js';
import { cleanUp, ready, spawnStipend } from '../start/support.js';
import { startPostgres15, usePlaces } from './support.js';

cleanUp();
usePlaces();

const server = await startPostgres15(['--encoding=UTF8', '--locale=C']);
await server.sql('CREATE ROLE stipend LOGIN CREATEROLE');

const urlOf = (database: string) => `postgresql://stipend:x@127.0.0.1:${server.port}/${database}`;
const cuts = 10;
const kills = 50;
/** Starts at a time: more would only make all of them slower. */
const lanes = 2;

/** The names of the migrations that the database has, and what a killed start may have left. */
async function stateOf(database: string): Promise<string[]> {
  const rows = await server.sql<{ name: string; state: string }>(
    `SELECT migration_name AS name, CASE WHEN finished_at IS NULL THEN 'cut short' ELSE 'whole' END AS state
     FROM _prisma_migrations ORDER BY 1`,
    database,
  );
  return rows.map(({ name, state }) => `${name} ${state}`);
}

/** Kills the start of a server between the beginning of its migrations and their end, later each time. */
async function killStarts(
  prepare: (database: string) => Promise<void>,
  name: string,
  times: number,
): Promise<void> {
  await server.sql(`CREATE DATABASE ${name}_whole OWNER stipend`);
  await prepare(`${name}_whole`);
  const started = performance.now();
  await applyMigrations(connectionOf(urlOf(`${name}_whole`)));
  const tookMs = performance.now() - started;
  const whole = await stateOf(`${name}_whole`);
  for (let kill = 0; kill < times; kill++) {
    const database = `${name}_${kill}`;
    await server.sql(`CREATE DATABASE ${database} OWNER stipend`);
    await prepare(database);
    // The very backend that migrates is cut off, as the kernel does when its client is killed.
    const migrating = applyMigrations(connectionOf(urlOf(database))).then(
      () => 'done',
      () => 'cut off',
    );
    const deadline = performance.now() + (tookMs * kill) / times;
    const cut = async () => {
      while (performance.now() < deadline) await new Promise((resolve) => setImmediate(resolve));
      await server.sql(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = '${database}' AND application_name = 'stipend migrations'`,
      );
    };
    await Promise.all([migrating, cut()]);
    await applyMigrations(connectionOf(urlOf(database)));
    expect(await stateOf(database), `kill ${kill}`).toEqual(whole);
  }
}

test('a first migration whose connection is cut off is done again by the next start', async () => {
  await killStarts(async () => {}, 'first', cuts);
});

test('a later migration on data that is cut off is done again, and the data is there', async () => {
  const [first = ''] = await stateOf('first_whole');
  expect(first).toContain('ground');
  await killStarts(
    async (database) => {
      await applyMigrations(connectionOf(urlOf(database)));
      // As it was before the latest release: what the last migration made is undone.
      await server.sql(
        `ALTER TABLE shared_values DROP CONSTRAINT shared_values_restorable; DROP FUNCTION ensure_app_role();
         DELETE FROM _prisma_migrations WHERE migration_name LIKE '%role_in_dumps';
         INSERT INTO shared_values SELECT 'row ' || n, repeat('x', 100)::bytea FROM generate_series(1, 20000) n`,
        database,
      );
    },
    'later',
    cuts,
  );
  const [count] = await server.sql<{ rows: number }>(
    'SELECT count(*)::int AS rows FROM shared_values',
    'later_3',
  );
  expect(count?.rows).toBe(20_000);
});

/** A start of a server on a new database. @returns it, connected */
async function startOn(name: string) {
  await server.sql(`CREATE DATABASE ${name} OWNER stipend`);
  const stipend = spawnStipend({ DATABASE_URL: urlOf(name), JWT_SECRET: jwtSecret });
  const hasConnected = async () =>
    (await server.sql(`SELECT FROM pg_stat_activity WHERE datname = '${name}'`)).length > 0 ||
    stipend.child.exitCode !== null;
  await expect.poll(hasConnected, { interval: 5, timeout: 30_000 }).toBe(true);
  return stipend;
}

async function stopInOrder(stipend: ReturnType<typeof spawnStipend>): Promise<void> {
  await ready(stipend);
  stipend.child.kill('SIGTERM');
  await stipend.exited;
}

test('kill -9 of a starting server at fifty moments, from its first connection on, leaves nothing that the next start cannot go on from', async () => {
  const whole = await startOn('not_killed');
  const connected = performance.now();
  await ready(whole);
  const tookMs = performance.now() - connected;
  await stopInOrder(whole);
  const killOne = async (kill: number) => {
    const name = `killed_${kill}`;
    const stipend = await startOn(name);
    await setTimeout((tookMs * kill) / kills);
    stipend.child.kill('SIGKILL');
    await stipend.exited;
    // What a start does with the database, and now and then all of it.
    await (await useStore(urlOf(name))).close();
    if (kill % 10 < lanes)
      await stopInOrder(spawnStipend({ DATABASE_URL: urlOf(name), JWT_SECRET: jwtSecret }));
    await server.sql(`DROP DATABASE ${name} WITH (FORCE)`);
  };
  for (let kill = 0; kill < kills; kill += lanes) {
    await Promise.all(Array.from({ length: lanes }, (_, lane) => killOne(kill + lane)));
  }
}, 600_000);

test('a row that another program has left of a migration without effect, or with all of it, is no obstacle', async () => {
  const database = await createDatabase('template0');
  await applyMigrations(connectionOf(database.url));
  await database.sql("UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name LIKE '%ground'");
  await applyMigrations(connectionOf(database.url));
  expect(await database.sql('SELECT FROM _prisma_migrations WHERE finished_at IS NULL')).toEqual([]);
  await database.drop();
});

const needed = new Set(
  readdirSync('prisma/migrations', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.sql'))
    .flatMap((path) => [
      ...readFileSync(join('prisma/migrations', path), 'utf8').matchAll(
        /CREATE EXTENSION IF NOT EXISTS "?(\w+)/g,
      ),
    ])
    .map(([, name = '']) => name),
);

test('an extension that is missing, or that the user may not create, is named, and nothing is written', async () => {
  await server.sql('CREATE ROLE poor LOGIN');
  await server.sql('CREATE DATABASE without_extension OWNER poor');
  await server.sql('REVOKE CREATE ON DATABASE without_extension FROM poor');
  const extensions = [...needed];
  const url = urlOf('without_extension').replace('stipend:', 'poor:');
  await expect(useStore(url)).rejects.toThrow(
    /may not create the extension btree_gist.*CREATE EXTENSION btree_gist/,
  );
  expect(await server.sql("SELECT FROM pg_tables WHERE schemaname = 'public'", 'without_extension')).toEqual(
    [],
  );
  for (const name of extensions)
    await server.sql(`CREATE EXTENSION IF NOT EXISTS ${name}`, 'without_extension');
  await (await useStore(url)).close();
});
