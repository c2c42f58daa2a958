import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startEmbeddedPostgres } from '../../src/embedded-postgres/start.js';

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'stipend-errors-'));
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await rm(dataDir, { recursive: true, force: true });
});

async function messageOf(folder: string, settings?: Record<string, string>): Promise<string> {
  const refused = startEmbeddedPostgres(settings ? { dataDir: folder, settings } : { dataDir: folder });
  const message = await refused.then(
    () => 'started',
    (error: Error) => error.message,
  );
  expect(message).not.toContain('\n');
  return message;
}

test('a DATA_DIR that is a file is named as such', async () => {
  const file = join(dataDir, 'file');
  await writeFile(file, '');
  expect(await messageOf(file)).toBe(`DATA_DIR ${file} is not a folder: name another one.`);
});

test('a DATA_DIR that cannot be written is named, with what to do', async () => {
  // Not even root makes folders there.
  expect(await messageOf('/sys/stipend')).toMatch(
    /^DATA_DIR \/sys\/stipend cannot be written .*: give it to the user/,
  );
});

test('a database of another major version is refused, and is not touched', async () => {
  await mkdir(join(dataDir, 'postgres'));
  await writeFile(join(dataDir, 'postgres', 'PG_VERSION'), '17\n');
  expect(await messageOf(dataDir)).toMatch(/is of PostgreSQL 17 and this Stipend carries 18/);
});

test('a folder in the place of the database that is not a database is left alone', async () => {
  await mkdir(join(dataDir, 'postgres'));
  await writeFile(join(dataDir, 'postgres', 'notes.txt'), 'mine');
  expect(await messageOf(dataDir)).toMatch(/has a folder "postgres" that is no database/);
});

test('what PostgreSQL itself says against its start is passed on, and the folder is free again', async () => {
  expect(await messageOf(dataDir, { max_connections: 'many' })).toMatch(/FATAL: .*max_connections/);
  const postgres = await startEmbeddedPostgres({ dataDir });
  await postgres.stop();
});
