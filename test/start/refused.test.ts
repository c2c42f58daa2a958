import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  alive,
  cleanUp,
  closedPort,
  descendants,
  newDatabase,
  newFolder,
  type Process,
  planted,
  refusal,
  refusalHere,
  spawnStipend,
  takenPort,
} from './support.js';

cleanUp();

/** What a start with these variables, besides the planted secrets, is refused with. */
function refusedWith(env: Record<string, string>, secrets: string[] = []): Promise<string[]> {
  return refusalHere({ ...planted, ...env }, secrets);
}

test('a taken port is named with what to do, and the PostgreSQL that was started for it is gone', async () => {
  const port = await takenPort();
  const stipend = spawnStipend({ ...planted, DATA_DIR: await newFolder(), SEED: 'none', PORT: String(port) });
  let gone = false;
  void stipend.exited.then(() => {
    gone = true;
  });
  const processes: Process[] = [];
  while (!gone) processes.push(...(await descendants(stipend.pid)));
  const lines = await refusal(stipend);
  expect(lines).toEqual([expect.stringMatching(new RegExp(`127\\.0\\.0\\.1:${port} is in use.*PORT`))]);
  expect(await alive(processes)).toEqual([]);
});

test('a HOST that is no address of this machine is named with what to do', async () => {
  const { env } = await newDatabase();
  // RFC 5737 section 3: an address for documentation.
  for (const HOST of ['203.0.113.1', 'nowhere.invalid']) {
    const lines = await refusedWith({ ...env, HOST });
    expect(lines).toEqual([expect.stringMatching(new RegExp(`${HOST}.*Set HOST`))]);
  }
});

test('a DATABASE_URL at which nothing listens is named with what to check', async () => {
  const DATABASE_URL = `postgresql://stipend:planted-url-password@127.0.0.1:${await closedPort()}/stipend`;
  const lines = await refusedWith({ DATABASE_URL }, ['planted-url-password']);
  expect(lines).toEqual([expect.stringMatching(/DATABASE_URL.*ECONNREFUSED.*Check/)]);
});

test('a DATABASE_URL whose server never answers is given up on, and named with what to check', async () => {
  const DATABASE_URL = `postgresql://stipend:planted-url-password@127.0.0.1:${await takenPort()}/stipend`;
  const startedAt = performance.now();
  const lines = await refusedWith({ DATABASE_URL }, ['planted-url-password']);
  expect(lines).toEqual([expect.stringMatching(/DATABASE_URL.*can't be reached.*Check/)]);
  expect(performance.now() - startedAt).toBeLessThan(15_000);
});

test('a DATABASE_URL with an unknown host is named with what to check', async () => {
  const DATABASE_URL = 'postgresql://stipend:planted-url-password@nowhere.invalid/stipend';
  const lines = await refusedWith({ DATABASE_URL }, ['planted-url-password']);
  expect(lines).toEqual([expect.stringMatching(/host of DATABASE_URL.*Check/)]);
});

test('a wrong password and a missing database are each named with what to do', async () => {
  const { url } = await newDatabase();
  const address = /^postgresql:\/\/stipend:([^@]+)@(.+)\/(\w+)$/.exec(url);
  const [, password = '', server = '', name = ''] = address ?? [];
  const secrets = ['planted-url-password', password];
  const wrongPassword = `postgresql://stipend:planted-url-password@${server}/${name}`;
  const missing = `postgresql://stipend:${password}@${server}/no_such_database`;
  const user = [expect.stringMatching(/DATABASE_URL's user or password.*Check/)];
  expect(await refusedWith({ DATABASE_URL: wrongPassword }, secrets)).toEqual(user);
  const lines = await refusedWith({ DATABASE_URL: missing }, secrets);
  expect(lines).toEqual([expect.stringMatching(/DATABASE_URL.*does not exist.*Create it/)]);
});

test('a DATABASE_URL that is no URL of a PostgreSQL is refused, whatever is wrong with it', async () => {
  for (const DATABASE_URL of [
    'mysql://root:planted-url-password@127.0.0.1/stipend',
    'postgresql://stipend:planted-url-password@127.0.0.1:port/stipend',
  ]) {
    const lines = await refusedWith({ DATABASE_URL }, ['planted-url-password']);
    expect(lines).toEqual([
      expect.stringMatching(/DATABASE_URL must have the form postgresql:\/\/user:password@host:5432\/name\./),
    ]);
  }
});

test('DATABASE_URL without JWT_SECRET is refused, and says how to make one', async () => {
  const { url } = await newDatabase();
  const lines = await refusalHere({ DATABASE_URL: url });
  expect(lines).toEqual([expect.stringMatching(/^JWT_SECRET is not set.*DATABASE_URL.*openssl rand/)]);
});

test('a JWT_SECRET or a DATA_KEY of less than 32 bytes is refused, and is not printed', async () => {
  const short = 'planted-and-too-short-by-a-byte';
  expect(short).toHaveLength(31);
  const lines = await refusedWith({ DATA_DIR: await newFolder(), JWT_SECRET: short, DATA_KEY: short }, [
    short,
  ]);
  expect(lines).toEqual([
    expect.stringMatching(/^JWT_SECRET must have at least 32 bytes.*openssl rand/),
    expect.stringMatching(/^DATA_KEY must have at least 32 bytes.*openssl rand/),
  ]);
});

test('every variable that is wrong is told at once, a line each, with what it should be', async () => {
  const wrong = {
    PORT: '70000',
    PUBLIC_URL: 'ftp://planted-url-password@example.com',
    DATABASE_URL: 'mysql://planted-url-password@example.com',
    DATABASE_POOL_SIZE: 'many',
    JWT_SECRET: 'planted-and-too-short',
    TOKEN_TTL: '8 hours',
    ADMIN_PASSWORD: 'planted-pw',
    SEED: 'yes',
    MAX_PAYMENT: '1e6',
    SANDBOX: 'true',
    LOG_LEVEL: 'loud',
  };
  const lines = await refusal(spawnStipend({ ...planted, ...wrong }), ['planted-']);
  expect(lines.map((line) => line.split(' ')[0]).sort()).toEqual(Object.keys(wrong).sort());
});

test('an empty JWT_SECRET counts as missing, and is told along with what else is wrong', async () => {
  const { url } = await newDatabase();
  const lines = await refusalHere({
    DATABASE_URL: url,
    JWT_SECRET: '',
    PORT: 'http',
    ADMIN_PASSWORD: 'short',
  });
  expect(lines.map((line) => line.split(' ')[0]).sort()).toEqual(['ADMIN_PASSWORD', 'JWT_SECRET', 'PORT']);
});

test('a DATA_DIR that is a file is named with what to do', async () => {
  const DATA_DIR = join(await newFolder(), 'file');
  await writeFile(DATA_DIR, '');
  const lines = await refusedWith({ DATA_DIR });
  expect(lines).toEqual([expect.stringContaining(`DATA_DIR ${DATA_DIR} is not a folder`)]);
});

test('a secret in DATA_DIR that is damaged is named with what to do, and is not replaced', async () => {
  const DATA_DIR = await newFolder();
  const file = join(DATA_DIR, 'data-key');
  await writeFile(file, 'cut off');
  const lines = await refusalHere({ DATA_DIR, SEED: 'none' });
  expect(lines).toEqual([expect.stringMatching(new RegExp(`${file}.*Restore`))]);
  expect(await readFile(file, 'utf8')).toBe('cut off');
});

test('a command that there is not is refused with those that there are', async () => {
  const lines = await refusal(spawnStipend({}, [process.execPath, 'scripts/start.js', 'sed']));
  expect(lines).toEqual([expect.stringMatching(/sed.*seed/)]);
});
