import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { decodeJwt, decodeProtectedHeader, type JWTPayload, SignJWT } from 'jose';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { logIn } from '../client.js';
import { userPassword } from '../factories.js';
import { useStipend } from '../harness.js';
import {
  type Algorithm,
  addKey,
  algorithms,
  type Jwk,
  logInSignedBy,
  newFolder,
  newJwk,
  runKeys,
  statusWith,
  writeRing,
} from './support.js';

const t = await useStipend();
const env = { DATABASE_URL: t.database.url };
const folder = await newFolder();

describe.each(algorithms)('a %s key', (alg) => {
  test('of the ring in a file signs tokens, and they are accepted', async () => {
    const JWT_KEYS = await writeRing(folder, [newJwk(alg, 'a key of the file', true)]);
    const { url } = await t.startAnother({ JWT_KEYS });
    const token = await logIn(url, 'vera', userPassword);
    expect(decodeProtectedHeader(token)).toEqual({ alg, typ: 'at+jwt', kid: 'a key of the file' });
    expect(await statusWith(url, token)).toBe(200);
    expect(await statusWith(t.url, token), 'where the ring has no such key').toBe(401);
  });

  test('that is added to the ring in the database and promoted signs tokens, and they are accepted', async () => {
    const kid = await addKey(env, alg);
    await runKeys(env, ['promote', kid]);
    const token = await logInSignedBy(t.url, kid);
    expect(decodeProtectedHeader(token)).toEqual({ alg, typ: 'at+jwt', kid });
    expect(await statusWith(t.url, token)).toBe(200);
    expect(await statusWith(t.url, t.viewer.token), 'with a token of the key before').toBe(200);
  });
});

test('with a ring in a file there need be no JWT_SECRET', async () => {
  const JWT_KEYS = await writeRing(folder, [newJwk('ES256', 'only', true)]);
  const { url } = await t.startAnother({ JWT_KEYS, JWT_SECRET: '' });
  expect(await statusWith(url, await logIn(url, 'vera', userPassword))).toBe(200);
});

test('a key of the file that does not say what it is for verifies, and does not sign', async () => {
  const silent = { ...newJwk('RS256', 'silent', true), key_ops: undefined };
  const signs = newJwk('ES256', 'signs', true);
  const before = await t.startAnother({
    JWT_KEYS: await writeRing(folder, [{ ...silent, key_ops: ['sign'] }]),
  });
  const { url } = await t.startAnother({ JWT_KEYS: await writeRing(folder, [silent, signs]) });
  expect(await statusWith(url, await logIn(before.url, 'vera', userPassword))).toBe(200);
  expect(decodeProtectedHeader(await logIn(url, 'vera', userPassword)).kid).toBe('signs');
});

test('a token of a key that another process has heard of first is accepted: an unknown key is looked for', async () => {
  const ring = newJwk('ES256', 'known', true);
  const JWT_KEYS = await writeRing(folder, [ring]);
  // The regular looks of these processes never come.
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const late = await t.startAnother({ JWT_KEYS });
  const added = { ...newJwk('RS256', 'added', true) };
  await writeFile(JWT_KEYS, JSON.stringify({ keys: [{ ...ring, key_ops: ['verify'] }, added] }));
  const early = await t.startAnother({ JWT_KEYS });
  const token = await logIn(early.url, 'vera', userPassword);
  expect(decodeProtectedHeader(token).kid).toBe('added');
  expect(await statusWith(late.url, token)).toBe(200);
});

test('many made-up key ids cost no more than one look in a second', async () => {
  const before = t.statements.filter((text) => text.includes('shared_values')).length;
  const [, payload, signature] = t.viewer.token.split('.');
  const forged = Array.from({ length: 50 }, (_, n) => {
    const header = JSON.stringify({ alg: 'HS256', typ: 'at+jwt', kid: `made-up-${n}` });
    return `${Buffer.from(header).toString('base64url')}.${payload}.${signature}`;
  });
  for (const token of forged) expect(await statusWith(t.url, token)).toBe(401);
  const looks = t.statements.filter((text) => text.includes('shared_values')).length - before;
  expect(looks).toBeLessThan(10);
});

describe('a token is checked with the algorithm of its own key and no other', async () => {
  const ring = (['RS256', 'PS256', 'ES256'] as const).map((alg) => newJwk(alg, alg, alg === 'ES256'));
  const another = newJwk('ES256', 'another', false);
  const { url } = await t.startAnother({ JWT_KEYS: await writeRing(folder, [...ring, another]) });
  const claims = decodeJwt(await logIn(url, 'vera', userPassword));

  test.each(ring)('a $alg key accepts no other algorithm', async (jwk) => {
    const { kid } = jwk;
    for (const alg of ['RS256', 'PS256'] as const) {
      if (jwk.kty !== 'RSA') continue;
      const token = await sign(claims, { alg, kid }, privateKey(jwk));
      expect(await statusWith(url, token), alg).toBe(alg === kid ? 200 : 401);
    }
    for (const secret of publicForms(jwk)) {
      expect(await statusWith(url, await sign(claims, { alg: 'HS256', kid }, secret))).toBe(401);
    }
  });

  test('a key accepts no token that names another key', async () => {
    const alg = 'ES256';
    expect(await statusWith(url, await sign(claims, { alg, kid: 'another' }, privateKey(another)))).toBe(200);
    expect(await statusWith(url, await sign(claims, { alg, kid: 'ES256' }, privateKey(another)))).toBe(401);
  });
});

function sign(
  claims: JWTPayload,
  header: { alg: Algorithm; kid: string },
  key: KeyObject | Uint8Array,
): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ ...header, typ: 'at+jwt' }).sign(key);
}

function privateKey(jwk: Jwk): KeyObject {
  return createPrivateKey({ key: jwk, format: 'jwk' });
}

/** The ways in which a public key is written down, as the bytes of an HMAC key. */
function publicForms(jwk: Jwk): Uint8Array[] {
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  const pem = key.export({ format: 'pem', type: 'spki' }).toString();
  return [
    new TextEncoder().encode(pem),
    new TextEncoder().encode(pem.trim()),
    new Uint8Array(key.export({ format: 'der', type: 'spki' })),
    new TextEncoder().encode(JSON.stringify(key.export({ format: 'jwk' }))),
  ];
}
