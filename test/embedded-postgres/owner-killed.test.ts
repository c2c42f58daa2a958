import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  builtStart,
  type Owner,
  postmasterPid,
  processesOf,
  query,
  spawnOwner,
  started,
  until,
} from './support.js';

let dataDir: string;
let owners: Owner[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'stipend-killed-'));
});
afterAll(async () => {
  await rm(dataDir, { recursive: true, force: true });
});
afterEach(async () => {
  for (const { child } of owners) child.stdin?.end();
  await Promise.all(owners.map(({ exited }) => exited));
  owners = [];
});

function own(): Owner {
  const owner = spawnOwner(builtStart, dataDir);
  owners.push(owner);
  return owner;
}

test('kill -9 while the database is being made leaves nothing that a next start mistakes for one', async () => {
  const first = own();
  await until(async () => existsSync(join(dataDir, 'postgres.password')), 3_000);
  await until(async () => !existsSync(join(dataDir, 'postgres')), 0);
  first.child.kill('SIGKILL');
  await first.exited;

  const after = await started(own());

  expect(after.created).toBe(true);
  expect(await query(after.connection, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('kill -9 of the owner leaves no process and no socket folder behind', async () => {
  const owner = own();
  const { connection } = await started(owner);
  expect((await processesOf(connection)).length).toBeGreaterThan(3);

  owner.child.kill('SIGKILL');

  await until(async () => (await processesOf(connection)).length === 0, 5_000);
  await until(async () => !existsSync(connection.host), 500);
});

test('kill -9 of the owner during a busy query and with a session open leaves no process behind', async () => {
  const owner = own();
  const { connection } = await started(owner);
  const busy = query(connection, 'SELECT count(*) FROM generate_series(1, 1e12)').catch(() => 'cut off');
  await until(
    async () => (await processesOf(connection)).some(({ command }) => command.includes('SELECT')),
    2_000,
  );

  owner.child.kill('SIGKILL');

  await until(async () => (await processesOf(connection)).length === 0, 5_000);
  expect(await busy).toBe('cut off');
});

test('a start right after kill -9 of the owner waits for the old server and finds all that was committed', async () => {
  const first = own();
  const before = await started(first);
  await query(before.connection, 'CREATE TABLE committed AS SELECT 42 AS answer');
  first.child.kill('SIGKILL');
  await first.exited;

  const after = await started(own());

  expect(after.created).toBe(false);
  expect(await query(after.connection, 'SELECT answer FROM committed')).toEqual([{ answer: 42 }]);
  expect(await processesOf(before.connection)).toEqual([]);
  expect(existsSync(before.connection.host)).toBe(false);
});

test('a server whose owner and supervisor were both killed is ended by the next start', async () => {
  const first = own();
  const before = await started(first);
  await query(before.connection, 'CREATE TABLE unsupervised AS SELECT 42 AS answer');
  const supervisor = (await processesOf(before.connection)).filter(({ command }) =>
    command.startsWith('/bin/sh'),
  );
  process.kill(first.pid, 'SIGSTOP');
  for (const { pid } of supervisor) process.kill(pid, 'SIGKILL');
  first.child.kill('SIGKILL');
  await first.exited;
  expect(await postmasterPid(dataDir)).toBeGreaterThan(0);

  const after = await started(own());

  expect(await query(after.connection, 'SELECT answer FROM unsupervised')).toEqual([{ answer: 42 }]);
  expect(await processesOf(before.connection)).toEqual([]);
  expect(existsSync(before.connection.host)).toBe(false);
}, 15_000);

test('a Ctrl-C, which the terminal sends to the whole process group, does not reach the server', async () => {
  const { connection } = await started(own());
  const groups = await Promise.all(
    (await processesOf(connection)).map(async ({ pid }) => {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
    }),
  );
  const mine = (await readFile('/proc/self/stat', 'utf8')).split(' ')[4];
  expect(groups).not.toContain(Number(mine));
});
