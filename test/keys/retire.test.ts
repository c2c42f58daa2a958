import { readFile, writeFile } from 'node:fs/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { KeyError } from '../../src/accounts/keys/jwk.js';
import { logIn } from '../client.js';
import { userPassword } from '../factories.js';
import { useStipend } from '../harness.js';
import {
  addKey,
  type Jwk,
  kidOf,
  logInSignedBy,
  newFolder,
  newJwk,
  runKeys,
  statusWith,
  untilStatus,
  writeRing,
} from './support.js';

const t = await useStipend();
const env = { DATABASE_URL: t.database.url };
const other = await t.startAnother();
const folder = await newFolder();
const secretKid = kidOf(t.viewer.token) ?? '';

afterEach(() => vi.useRealTimers());

/** Adds a key and makes it the one that signs, on both processes. */
async function signWithNewKey(): Promise<string> {
  const kid = await addKey(env, 'ES256');
  await runKeys(env, ['promote', kid]);
  await Promise.all([logInSignedBy(t.url, kid), logInSignedBy(other.url, kid)]);
  return kid;
}

test('the key that signs cannot be retired, and goes on signing', async () => {
  await expect(runKeys(env, ['retire', secretKid])).rejects.toThrow(KeyError);
  const token = await logIn(t.url, 'vera', userPassword);
  expect(kidOf(token)).toBe(secretKid);
  expect(await statusWith(t.url, token)).toBe(200);
});

test.each(['promote', 'retire'])(
  'to %s a key that there is not is refused, and changes nothing',
  async (verb) => {
    const before = await runKeys(env, ['list']);
    await expect(runKeys(env, [verb, 'no-such-key'])).rejects.toThrow('There is no key no-such-key');
    expect(await runKeys(env, ['list'])).toBe(before);
  },
);

test('the tokens of a retired key are refused on every process within a second', async () => {
  const first = await signWithNewKey();
  const token = await logInSignedBy(t.url, first);
  await signWithNewKey();
  expect(await statusWith(other.url, token), 'while it verifies').toBe(200);
  await runKeys(env, ['retire', first]);
  await Promise.all([untilStatus(t.url, token, 401), untilStatus(other.url, token, 401)]);
  await expect(runKeys(env, ['promote', first])).rejects.toThrow('There is no key');
});

test("JWT_SECRET's own key can be retired, and stays so over a restart", async () => {
  await signWithNewKey();
  expect(await statusWith(t.url, t.viewer.token), 'while it verifies').toBe(200);
  await runKeys(env, ['retire', secretKid]);
  await untilStatus(t.url, t.viewer.token, 401);
  const restarted = await t.startAnother();
  expect(await statusWith(restarted.url, t.viewer.token)).toBe(401);
  const token = await logIn(restarted.url, 'vera', userPassword);
  expect(kidOf(token)).not.toBe(secretKid);
  expect(await runKeys(env, ['list'])).toMatch(new RegExp(`^${secretKid} +HS256 +retired$`, 'm'));
});

test('a key that leaves the ring in a file is out of use after one look at the file', async () => {
  const old = newJwk('ES256', 'old', true);
  const JWT_KEYS = await writeRing(folder, [old]);
  // The looks of this process happen when the test says so.
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const { url } = await t.startAnother({ JWT_KEYS });
  const token = await logIn(url, 'vera', userPassword);
  await writeFile(JWT_KEYS, JSON.stringify({ keys: [newJwk('ES256', 'new', true)] }));
  expect(await statusWith(url, token), 'before the look').toBe(200);
  vi.advanceTimersByTime(10_000);
  await untilStatus(url, token, 401);
  await logInSignedBy(url, 'new');
});

test.each<{ broken: string; edit: (ring: Jwk[]) => string }>([
  { broken: 'half written', edit: (ring) => JSON.stringify({ keys: ring }).slice(0, -20) },
  { broken: 'without a key that signs', edit: ([, second]) => JSON.stringify({ keys: [second] }) },
  {
    broken: 'with a weak key',
    edit: (ring) =>
      JSON.stringify({
        keys: [...ring, { kty: 'oct', k: 'c2hvcnQ', kid: 'w', alg: 'HS256', key_ops: [] }],
      }).replace('[]', '["verify"]'),
  },
])('a file that is $broken while the server runs leaves the last sound ring in use', async ({ edit }) => {
  const ring = [newJwk('ES256', 'one', true), newJwk('RS256', 'two', false)];
  const JWT_KEYS = await writeRing(folder, ring);
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const { url } = await t.startAnother({ JWT_KEYS });
  const token = await logIn(url, 'vera', userPassword);
  const logged = t.logLines.length;
  await writeFile(JWT_KEYS, edit(ring));
  vi.advanceTimersByTime(10_000);
  await expect.poll(() => t.logLines.slice(logged).join('')).toContain('the last one stays in use');
  expect(await statusWith(url, token)).toBe(200);
  expect(kidOf(await logIn(url, 'vera', userPassword))).toBe('one');
  expect(t.logLines.join('')).not.toContain(String(ring[0]?.d));
  const mended = newJwk('ES256', 'three', true);
  await writeFile(JWT_KEYS, JSON.stringify({ keys: [mended] }));
  vi.advanceTimersByTime(10_000);
  await logInSignedBy(url, 'three');
});

test('a ring in a file is changed by the command as one in the database is', async () => {
  const JWT_KEYS = await writeRing(folder, [newJwk('RS256', 'first', true)]);
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const { url } = await t.startAnother({ JWT_KEYS });
  const token = await logIn(url, 'vera', userPassword);
  const kid = await addKey({ ...env, JWT_KEYS }, 'ES256');
  await runKeys({ ...env, JWT_KEYS }, ['promote', kid]);
  await runKeys({ ...env, JWT_KEYS }, ['retire', 'first']);
  vi.advanceTimersByTime(10_000);
  await logInSignedBy(url, kid);
  expect(await statusWith(url, token)).toBe(401);
  expect(JSON.parse(await readFile(JWT_KEYS, 'utf8')).keys).toHaveLength(1);
});
