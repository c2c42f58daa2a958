import { chmodSync } from 'node:fs';
import { expect, test } from 'vitest';
import { useStipend } from '../harness.js';
import { certificates } from './support.js';

const t = await useStipend();

const production = { NODE_ENV: 'production', HOST: '0.0.0.0' };

const [warning, fault] = [40, 50];

/** What a start with these variables warns of about its connections, at this level or above. Others may warn of a busy machine. */
async function warnings(env: Record<string, string>, least = warning): Promise<string[]> {
  const from = t.logLines.length;
  const app = await t.startAnother(env);
  await app.stop();
  const lines = t.logLines.slice(from).map((line) => JSON.parse(line));
  return lines
    .filter(({ level }) => level >= least)
    .map(({ msg }) => msg)
    .filter((msg) => /HTTP|TLS/.test(msg));
}

test('what INSECURE_HTTP allows is said at the start, where only errors are logged as well', async () => {
  expect(await warnings({ ...production, INSECURE_HTTP: 'on' }, fault)).toEqual([
    expect.stringMatching(/^INSECURE_HTTP=on: .*unencrypted/),
  ]);
});

test.each<[string, Record<string, string>]>([
  ['nobody else reaches it', { ...production, HOST: '127.0.0.1', INSECURE_HTTP: 'on' }],
  ['a proxy adds TLS', { ...production, TRUSTED_PROXIES: '10.0.0.0/8', INSECURE_HTTP: 'on' }],
  ['it is no production', { HOST: '0.0.0.0' }],
])('where %s, there is nothing to say', async (_why, env) => {
  expect(await warnings(env)).toEqual([]);
});

test('without INSECURE_HTTP, no production sends passwords unencrypted', async () => {
  await expect(t.startAnother(production)).rejects.toThrow(/^HOST 0\.0\.0\.0 .*INSECURE_HTTP=on\.$/);
});

test('a key of a certificate that everybody on the machine can read is warned of', async () => {
  const { key, env } = certificates().issue('open');
  expect(await warnings(env)).toEqual([]);
  chmodSync(key, 0o644);
  expect(await warnings(env)).toEqual([expect.stringMatching(/^TLS_KEY .*everybody/)]);
});
