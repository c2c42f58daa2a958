import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { secretVariables, withSecretFiles } from '../../src/start/secret-files.js';
import { ConfigError } from '../../src/values/config-error.js';
import {
  cleanUp,
  newDatabase,
  newFolder,
  planted,
  refusalHere,
  roleOf,
  serveHere,
} from '../start/support.js';

cleanUp();

/** Writes a secret as container platforms mount it. @returns where */
async function secretFile(content: string, mode = 0o600): Promise<string> {
  const path = join(await newFolder(), 'secret');
  await writeFile(path, content, { mode });
  await chmod(path, mode);
  return path;
}

const problems = (env: Record<string, string>): string[] => {
  try {
    withSecretFiles(env);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.split('\n');
  }
};

test('every secret may come in a file, and the server that reads them serves', async () => {
  const { url, env } = await newDatabase();
  const stipend = await serveHere({
    NODE_ENV: 'production',
    DATABASE_URL_FILE: await secretFile(`${url}\n`),
    JWT_SECRET_FILE: await secretFile(env.JWT_SECRET ?? ''),
    DATA_KEY_FILE: await secretFile(`${env.DATA_KEY}\r\n`),
    ADMIN_PASSWORD_FILE: await secretFile(`${planted.ADMIN_PASSWORD}\n`),
    METRICS_TOKEN_FILE: await secretFile('planted-metrics-token-0123456789\n'),
  });
  expect(await roleOf(stipend.url, 'admin', planted.ADMIN_PASSWORD)).toBe('ADMIN');
  const headers = { authorization: 'Bearer planted-metrics-token-0123456789' };
  expect((await fetch(`${stipend.url}/metrics`, { headers })).status).toBe(200);
});

test.each(secretVariables)(
  '%s is read from its file, without the line break at its end and no other',
  async (name) => {
    for (const [content, value] of [
      ['  a secret ', '  a secret '],
      ['a secret\n', 'a secret'],
      ['a secret\r\n', 'a secret'],
      ['a secret\n\n', 'a secret\n'],
    ] as const) {
      expect(withSecretFiles({ [`${name}_FILE`]: await secretFile(content) })[name]).toBe(value);
    }
  },
);

test.each(secretVariables)('%s given twice is refused, naming both and printing neither', async (name) => {
  const path = await secretFile('planted-one');
  expect(problems({ [name]: 'planted-two', [`${name}_FILE`]: path })).toEqual([
    `${name} and ${name}_FILE are both set: set one of them.`,
  ]);
});

test('a file that is not there, or is a folder, is refused in one line each', async () => {
  const folder = await newFolder();
  expect(problems({ JWT_SECRET_FILE: join(folder, 'none'), DATA_KEY_FILE: folder })).toEqual([
    "JWT_SECRET_FILE names a file that can't be read.",
    "DATA_KEY_FILE names a file that can't be read.",
  ]);
});

test('in production a file that everybody on the machine may read is refused; group-readable is not', async () => {
  for (const mode of [0o644, 0o604, 0o666]) {
    const env = { NODE_ENV: 'production', JWT_SECRET_FILE: await secretFile('planted', mode) };
    expect(problems(env)).toEqual([expect.stringMatching(/^JWT_SECRET_FILE .*everybody.*chmod/)]);
    expect(problems({ ...env, NODE_ENV: 'development' })).toEqual([]);
  }
  for (const mode of [0o600, 0o640, 0o400]) {
    expect(problems({ NODE_ENV: 'production', JWT_SECRET_FILE: await secretFile('planted', mode) })).toEqual(
      [],
    );
  }
});

test('a server whose secret files are not sound does not start, and tells every problem without a secret', async () => {
  const lines = await refusalHere({
    NODE_ENV: 'production',
    DATA_DIR: await newFolder(),
    JWT_SECRET_FILE: await secretFile(planted.JWT_SECRET, 0o644),
    DATA_KEY: planted.DATA_KEY,
    DATA_KEY_FILE: await secretFile(planted.DATA_KEY),
  });
  expect(lines.map((line) => line.split(' ')[0])).toEqual(['JWT_SECRET_FILE', 'DATA_KEY']);
});
