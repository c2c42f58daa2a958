import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/embedded-postgres/start.js';
import { postmasterPid, processesOf, QUICK, query, until } from './support.js';

let dataDir: string;
let postgres: EmbeddedPostgres;
let log: string[];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'stipend-running-'));
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));
beforeEach(async () => {
  log = [];
  postgres = await startEmbeddedPostgres({ dataDir, settings: QUICK, onLog: (line) => log.push(line) });
});
afterEach(() => postgres.stop());

test('a postmaster that is killed is replaced on the same socket within two seconds, with all that was committed', async () => {
  await query(postgres.connection, 'CREATE TABLE kept AS SELECT 42 AS answer');
  const killed = await postmasterPid(dataDir);

  process.kill(killed, 'SIGKILL');

  const rows = () => query(postgres.connection, 'SELECT answer FROM kept');
  await until(
    async () => (await rows())[0]?.answer === 42 && (await postmasterPid(dataDir)) !== killed,
    2_000,
  );
});

test('a postmaster that is killed twice is replaced twice', async () => {
  for (let round = 0; round < 2; round += 1) {
    const killed = await postmasterPid(dataDir);
    process.kill(killed, 'SIGKILL');
    await until(async () => {
      const rows = await query(postgres.connection, 'SELECT 1');
      return rows.length === 1 && (await postmasterPid(dataDir)) !== killed;
    }, 3_000);
  }
});

test('a server whose supervisor is killed is replaced', async () => {
  const supervisors = (await processesOf(postgres.connection)).filter(({ command }) =>
    command.startsWith('/bin/sh'),
  );
  const before = await postmasterPid(dataDir);

  for (const { pid } of supervisors) process.kill(pid, 'SIGKILL');

  await until(async () => {
    const rows = await query(postgres.connection, 'SELECT 1');
    return rows.length === 1 && (await postmasterPid(dataDir)) !== before;
  }, 5_000);
});

test('stop leaves no process and no socket folder, needs no force, and may be called again', async () => {
  expect(existsSync(postgres.connection.host)).toBe(true);

  const startedAt = performance.now();
  await Promise.all([postgres.stop(), postgres.stop()]);
  await postgres.stop();
  expect(performance.now() - startedAt).toBeLessThan(2_000);
  expect(log.at(-1)).toContain('database system is shut down');

  expect(await processesOf(postgres.connection)).toEqual([]);
  expect(existsSync(postgres.connection.host)).toBe(false);
});

test('stop while a killed postmaster is being replaced leaves no process', async () => {
  process.kill(await postmasterPid(dataDir), 'SIGKILL');
  await until(async () => log.some((line) => line.includes('ended unexpectedly')), 2_000);

  await postgres.stop();

  expect(await processesOf(postgres.connection)).toEqual([]);
});

test('stop ends open sessions and busy queries', async () => {
  const busy = query(postgres.connection, 'SELECT pg_sleep(60)').catch(() => 'cut off');
  await until(async () => {
    const rows = await query(
      postgres.connection,
      "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'",
    );
    return rows.length === 1;
  }, 2_000);

  await postgres.stop();

  expect(await busy).toBe('cut off');
});

test('databases are cloned from a template', async () => {
  await query(postgres.connection, 'CREATE DATABASE model');
  await query({ ...postgres.connection, database: 'model' }, 'CREATE TABLE kept AS SELECT 42 AS answer');
  await query(postgres.connection, 'CREATE DATABASE clone TEMPLATE model');

  const clone = { ...postgres.connection, database: 'clone' };
  expect(await query(clone, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  await query(postgres.connection, 'DROP DATABASE model');
});

test('the password is asked for, is in a file for its owner only, and in no command line', async () => {
  const { connection } = postgres;
  await expect(query({ ...connection, password: 'wrong' }, 'SELECT 1')).rejects.toThrow('password');
  const file = join(dataDir, 'postgres.password');
  expect((await readFile(file, 'utf8')).trim()).toBe(connection.password);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  for (const { command } of await processesOf(connection)) expect(command).not.toContain(connection.password);
  expect(log.join('\n')).not.toContain(connection.password);
});

test('a statement that fails leaves nothing of itself in the log', async () => {
  await query(postgres.connection, 'CREATE TABLE paid (name text PRIMARY KEY)');
  await query(postgres.connection, "INSERT INTO paid VALUES ('confidential')");

  await expect(query(postgres.connection, "INSERT INTO paid VALUES ('confidential')")).rejects.toThrow(
    'duplicate',
  );
  await expect(query(postgres.connection, "SELECT 'confidential'::int")).rejects.toThrow('confidential');

  await postgres.stop();
  expect(log.some((line) => line.includes('ready to accept connections'))).toBe(true);
  expect(log.join('\n')).not.toMatch(/confidential|INSERT/);
});

test('data is checksummed and durable, sorted alike everywhere, and out of the network', async () => {
  const settings = await query(
    postgres.connection,
    `SELECT current_setting('data_checksums') AS checksums, current_setting('full_page_writes') AS pages,
            current_setting('server_encoding') AS encoding, current_setting('listen_addresses') AS addresses,
            (SELECT datlocprovider::text || ':' || datlocale FROM pg_database WHERE datname = current_database()) AS locale`,
  );
  expect(settings).toEqual([
    { checksums: 'on', pages: 'on', encoding: 'UTF8', addresses: '', locale: 'b:C.UTF-8' },
  ]);
});
