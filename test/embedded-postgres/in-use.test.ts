import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { DataDirInUse } from '../../src/embedded-postgres/lock.js';
import { startEmbeddedPostgres } from '../../src/embedded-postgres/start.js';
import { builtStart, type Owner, QUICK, query, spawnOwner, started } from './support.js';

let dataDir: string;
let owners: Owner[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'stipend-in-use-'));
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

test('of four processes that race for a new folder exactly one gets it', async () => {
  const answers = await Promise.all([own(), own(), own(), own()].map(({ answer }) => answer));

  expect(answers.map((answer) => (answer.ok ? 'owner' : answer.name)).sort()).toEqual([
    'DataDirInUse',
    'DataDirInUse',
    'DataDirInUse',
    'owner',
  ]);
});

test('the same process is refused a second start, and the first goes on', async () => {
  const postgres = await startEmbeddedPostgres({ dataDir, settings: QUICK });

  const startedAt = performance.now();
  await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(DataDirInUse);
  expect(performance.now() - startedAt).toBeLessThan(1_000);

  expect(await query(postgres.connection, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await postgres.stop();
});

test('another process is refused at once, in one line that names the folder and the owner', async () => {
  const first = own();
  const { connection } = await started(first);

  const answer = await own().answer;

  expect(answer).toMatchObject({ ok: false, name: 'DataDirInUse' });
  if (answer.ok) return;
  expect(answer.ms).toBeLessThan(1_000);
  expect(answer.message).toContain(dataDir);
  expect(answer.message).toContain(String(first.pid));
  expect(answer.message).not.toContain('\n');
  expect(await query(connection, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('of four starts that race for the folder of a killed owner exactly one gets it', async () => {
  const killed = own();
  await started(killed);
  killed.child.kill('SIGKILL');
  await killed.exited;

  const races = [1, 2, 3, 4].map(() => startEmbeddedPostgres({ dataDir, settings: QUICK }));
  const outcomes = await Promise.allSettled(races);

  const winners = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  await Promise.all(winners.map((winner) => winner.stop()));
  expect(winners).toHaveLength(1);
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(DataDirInUse);
  }
});

test.each([
  ['whose pid belongs to another process by now', { startTime: '1' }],
  ['from before a reboot', { bootId: '00000000-0000-0000-0000-000000000000' }],
])('an owner %s keeps nobody out', async (_title, change) => {
  const holder = await startEmbeddedPostgres({ dataDir, settings: QUICK });
  const [name = ''] = (await readdir(dataDir)).filter((file) => file.startsWith('owner.'));
  const living: unknown = JSON.parse(await readFile(join(dataDir, name), 'utf8'));
  await holder.stop();
  await writeFile(join(dataDir, name), JSON.stringify({ ...Object(living), ...change }));
  // PostgreSQL alone would take a process of its user under the pid in its pid file for its old self.
  const { uid, gid } = await stat(join(dataDir, 'postgres'));
  const stranger = spawn('sleep', ['60'], { uid, gid });
  await writeFile(
    join(dataDir, 'postgres', 'postmaster.pid'),
    `${stranger.pid}\n${dataDir}/postgres\n1\n5432\n\n\n`,
  );

  const postgres = await startEmbeddedPostgres({ dataDir, settings: QUICK });

  stranger.kill('SIGKILL');
  await postgres.stop();
});

test('a stopped database can be started again by the same process', async () => {
  for (let round = 0; round < 3; round += 1) {
    const postgres = await startEmbeddedPostgres({ dataDir, settings: QUICK });
    expect(postgres.created).toBe(false);
    await postgres.stop();
  }
  expect((await readdir(dataDir)).filter((file) => file.startsWith('owner.'))).toHaveLength(1);
});
