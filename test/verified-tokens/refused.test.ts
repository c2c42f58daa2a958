import { randomBytes, randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { sendRaw } from '../bearer/raw.js';
import { send } from '../client.js';
import { insertUser, userPassword } from '../factories.js';
import { useStipend } from '../harness.js';
import { addKey, kidOf, logInSignedBy, runKeys, statusWith, untilStatus } from '../keys/support.js';
import { loginMutation, partOf } from '../sessions/support.js';

const hour = 3_600_000;
const t = await useStipend();
const key = randomBytes(32).toString('base64');
const encrypting = await t.startAnother({ JWT_ENCRYPTION_KEY: key });
const servers: Array<[string, string]> = [
  ['a signed token', t.url],
  ['an encrypted token', encrypting.url],
];

/** Somebody whose token the server has accepted, more than once: it is remembered. */
async function remembered(url: string): Promise<{ id: string; token: string; expiresAt: string }> {
  const username = `remembered-${randomUUID()}`;
  const id = await insertUser(t.database, { username, role: 'VIEWER' });
  const { data } = await send(url, { query: loginMutation, variables: { username, password: userPassword } });
  const { token, expiresAt } = data.login;
  for (let time = 0; time < 3; time++) expect(await statusWith(url, token)).toBe(200);
  return { id, token, expiresAt };
}

test.each(servers)(
  '%s that is remembered is refused the very second in which it ends',
  async (_what, url) => {
    const { token, expiresAt } = await remembered(url);
    const left = Date.parse(expiresAt) - t.clock.now().getTime();
    t.clock.advance(left - 1_000);
    expect(await statusWith(url, token), 'a second before').toBe(200);
    t.clock.advance(1_000);
    expect(await statusWith(url, token)).toBe(401);
    expect(await statusWith(url, token), 'once more').toBe(401);
    t.clock.advance(-left);
  },
);

test.each(servers)('%s that is remembered is refused before it begins', async (_what, url) => {
  const { token } = await remembered(url);
  t.clock.advance(-hour);
  expect(await statusWith(url, token)).toBe(401);
  t.clock.advance(hour);
  expect(await statusWith(url, token)).toBe(200);
});

test.each(servers)('%s that is remembered is refused once its session is logged out', async (_what, url) => {
  const { token } = await remembered(url);
  await sendRaw(
    url,
    [`authorization: Bearer ${token}`],
    JSON.stringify({ query: 'mutation { logout { revokedSessions } }' }),
  );
  expect(await statusWith(url, token)).toBe(401);
});

test.each(servers)(
  '%s that is remembered is refused within a second on every process once its user is disabled',
  async (_what, url) => {
    const { token, id } = await remembered(url);
    await t.database.sql('UPDATE users SET disabled_at = now() WHERE id = $1', [id]);
    await untilStatus(url, token, 401);
  },
);

test.each(servers)(
  'of %s that is remembered, no change of a character is taken for it',
  async (_what, url) => {
    const { token } = await remembered(url);
    const other = (letter = '') => (letter === 'A' ? 'B' : 'A');
    const parts = token.split('.');
    const places = [...token].flatMap((letter, place) => (letter === '.' ? [] : [place]));
    const some = [...places.slice(-3), ...places.filter((_place, index) => index % 23 === 0)];
    for (const place of some) {
      const forged = token.slice(0, place) + other(token[place]) + token.slice(place + 1);
      expect(await statusWith(url, forged), `character ${place}`).toBe(401);
    }
    for (const forged of [
      token.slice(0, -1),
      token.slice(0, -4),
      `${token}A`,
      `${token}=`,
      parts.slice(0, -1).join('.'),
      parts.with(-1, '').join('.'),
    ]) {
      expect(await statusWith(url, forged), forged.slice(-20)).toBe(401);
    }
    expect(await statusWith(url, token), 'the token itself').toBe(200);
  },
);

test('the claims of somebody else under a signature that is remembered are refused', async () => {
  const [mine, theirs] = [await remembered(t.url), await remembered(t.url)];
  const [header, , signature] = mine.token.split('.');
  const swapped = [header, theirs.token.split('.')[1], signature].join('.');
  expect(await statusWith(t.url, swapped)).toBe(401);
  const claims = { ...partOf(mine.token, 1), admin: true, sub: t.admin.id };
  const forged = [header, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.');
  expect(await statusWith(t.url, forged)).toBe(401);
});

test.each(servers)(
  '%s that is remembered is refused in two Authorization headers, whatever the other one is',
  async (_what, url) => {
    const { token } = await remembered(url);
    const me = JSON.stringify({ query: '{ me { id } }' });
    const good = `authorization: Bearer ${token}`;
    for (const other of [good, 'Authorization: Bearer x', 'AUTHORIZATION: Basic eDp5', 'authorization:']) {
      expect((await sendRaw(url, [good, other], me)).status, other).toBe(401);
      expect((await sendRaw(url, [other, good], me)).status, other).toBe(401);
    }
    expect((await sendRaw(url, [good], me)).status).toBe(200);
  },
);

test('an encrypted token that is remembered by one process is refused by one without the key, and a signed one the other way round', async () => {
  const signed = await remembered(t.url);
  const encrypted = await remembered(encrypting.url);
  expect(await statusWith(encrypting.url, signed.token)).toBe(401);
  expect(await statusWith(t.url, encrypted.token)).toBe(401);
});

test('a token that is remembered is refused, signed or encrypted, once its key is out of the ring, and for good', async () => {
  const env = { DATABASE_URL: t.database.url };
  const old = kidOf(t.viewer.token) ?? '';
  const people = [await remembered(t.url), await remembered(encrypting.url)];
  const added = await addKey(env, 'ES256');
  await runKeys(env, ['promote', added]);
  await logInSignedBy(t.url, added);
  const newcomer = await remembered(t.url);
  for (const [index, [, url]] of servers.entries())
    expect(await statusWith(url, people[index]?.token ?? '')).toBe(200);
  await runKeys(env, ['retire', old]);
  for (const [index, [, url]] of servers.entries()) await untilStatus(url, people[index]?.token ?? '', 401);
  for (const [index, [, url]] of servers.entries())
    expect(await statusWith(url, people[index]?.token ?? '')).toBe(401);
  expect(await statusWith(t.url, newcomer.token), 'a token of the key that stays').toBe(200);
});
