import { expect, test } from 'vitest';
import { useStipend } from '../harness.js';

const t = await useStipend();

const production = { NODE_ENV: 'production', HOST: '0.0.0.0' };

/** The warnings that a start with these variables logs. */
async function warnings(env: Record<string, string>): Promise<string[]> {
  const from = t.logLines.length;
  const app = await t.startAnother(env);
  await app.stop();
  const lines = t.logLines.slice(from).map((line) => JSON.parse(line));
  return lines.filter(({ level }) => level >= 40).map(({ msg }) => msg);
}

test('what INSECURE_HTTP allows is said at the start, at the level of a warning', async () => {
  expect(await warnings({ ...production, INSECURE_HTTP: 'on' })).toEqual([
    expect.stringMatching(/^INSECURE_HTTP=on: .*in the open/),
  ]);
});

test.each<[string, Record<string, string>]>([
  ['nobody else reaches it', { ...production, HOST: '127.0.0.1', INSECURE_HTTP: 'on' }],
  ['a proxy adds TLS', { ...production, TRUSTED_PROXIES: '10.0.0.0/8', INSECURE_HTTP: 'on' }],
  ['it is no production', { HOST: '0.0.0.0' }],
])('where %s, there is nothing to say', async (_why, env) => {
  expect(await warnings(env)).toEqual([]);
});

test('without INSECURE_HTTP, no production starts in the open', async () => {
  await expect(t.startAnother(production)).rejects.toThrow(/^HOST 0\.0\.0\.0 .*INSECURE_HTTP=on\.$/);
});
