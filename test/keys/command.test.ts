import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { explainFailure } from '../../src/commands/explain-failure.js';
import { keys } from '../../src/commands/keys.js';
import { logIn } from '../client.js';
import { cleanUp, newDatabase, newFolder, runHere, spawnStipend, start, stop } from '../start/support.js';
import { kidOf, logInUntil, runKeys } from './support.js';

cleanUp();

/** @returns the rows of the table that `npm run keys -- …` prints, one for each key */
function rowsOf(output: string): string[][] {
  const [, table = ''] = output.split(/^KID +ALG +STATE\n/m);
  return table
    .trim()
    .split('\n')
    .map((row) => row.split(/ +/));
}

/** The same of a process. */
async function keysOf(env: Record<string, string>, ...args: string[]): Promise<string[][]> {
  const command = spawnStipend(env, [process.execPath, 'scripts/start.js', 'keys', ...args]);
  const { code } = await command.exited;
  expect({ code, stderr: command.stderr() }).toEqual({ code: 0, stderr: '' });
  return rowsOf(command.stdout());
}

const newest = (rows: string[][]) => rows.find(([, alg]) => alg === 'ES256')?.[0] ?? '';

test('on an embedded database it works beside the running server and without one', async () => {
  const env = { DATA_DIR: await newFolder(), SEED: 'none', ADMIN_PASSWORD: 'a password for one test' };
  const server = await start(env);
  const secretKid = kidOf(await logIn(server.url, 'admin', env.ADMIN_PASSWORD));
  const added = newest(await keysOf(env, 'add', '--alg', 'ES256'));
  expect(rowsOf(await runHere(keys, env, ['promote', added])), 'beside the server').toEqual([
    [added, 'ES256', 'signs'],
    [secretKid, 'HS256', 'verifies'],
  ]);
  await logInUntil(server.url, ['admin', env.ADMIN_PASSWORD], added);
  await stop(server);
  expect(rowsOf(await runHere(keys, env, ['retire', String(secretKid)])), 'without a server').toEqual([
    [added, 'ES256', 'signs'],
    [secretKid, 'HS256', 'retired'],
  ]);
}, 90_000);

test('with JWT_KEYS it makes the file, readable by its owner only, and its first key signs', async () => {
  const { env } = await newDatabase();
  const withFile = { ...env, JWT_KEYS: join(await newFolder(), 'keys.json') };
  const first = newest(rowsOf(await runHere(keys, withFile, ['add', '--alg', 'ES256'])));
  expect((await stat(withFile.JWT_KEYS)).mode & 0o777).toBe(0o600);
  expect(JSON.parse(await readFile(withFile.JWT_KEYS, 'utf8')).keys).toHaveLength(1);
  expect(rowsOf(await runHere(keys, withFile, ['add', '--alg', 'RS256']))).toEqual([
    [first, 'ES256', 'signs'],
    [expect.any(String), 'RS256', 'verifies'],
  ]);
});

test.each([
  { words: [] },
  { words: ['list', 'all'] },
  { words: ['add'] },
  { words: ['add', '--alg', 'none'] },
  { words: ['add', '--alg', 'EdDSA'] },
  { words: ['add', '--alg', 'HS512'] },
  { words: ['show'] },
  { words: ['promote'] },
  { words: ['retire', 'one', 'two'] },
])(
  '`keys $words` is refused in one line, which says how it is used, before the database is connected to',
  async ({ words }) => {
    const nowhere = { DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' };
    const failure: unknown = await runKeys(nowhere, words).catch((error: unknown) => error);
    expect(explainFailure(failure, {})).toEqual([
      expect.stringMatching(/^Usage: npm run keys -- list \| add --alg /),
    ]);
  },
);
