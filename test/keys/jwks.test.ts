import { createLocalJWKSet, decodeJwt, type JSONWebKeySet, jwtVerify } from 'jose';
import { expect, test } from 'vitest';
import { logIn } from '../client.js';
import { userPassword } from '../factories.js';
import { useStipend } from '../harness.js';
import {
  type Algorithm,
  addKey,
  type Jwk,
  logInSignedBy,
  newFolder,
  newJwk,
  runKeys,
  writeRing,
} from './support.js';

const t = await useStipend();
const env = { DATABASE_URL: t.database.url };
const folder = await newFolder();

async function published(url: string): Promise<{ headers: Headers; text: string; jwks: JSONWebKeySet }> {
  const response = await fetch(`${url}/.well-known/jwks.json`);
  expect(response.status).toBe(200);
  const text = await response.text();
  return { headers: response.headers, text, jwks: JSON.parse(text) };
}

test('/.well-known/jwks.json is public and may be cached for a while', async () => {
  const { headers, jwks } = await published(t.url);
  expect(headers.get('cache-control')).toBe('public, max-age=300');
  expect(headers.get('content-type')).toMatch(/^application\/json/);
  expect(jwks, 'while only JWT_SECRET signs').toEqual({ keys: [] });
});

test('it holds every asymmetric key, public members only, and no HMAC key', async () => {
  const ring = [
    newJwk('ES256', 'elliptic', true),
    newJwk('RS256', 'rsa', false),
    newJwk('PS256', 'rsa-pss', false),
    newJwk('HS256', 'shared', false),
  ];
  const { url } = await t.startAnother({ JWT_KEYS: await writeRing(folder, ring) });
  const { text, jwks } = await published(url);
  expect(jwks.keys).toEqual([
    { kty: 'EC', crv: 'P-256', x: ring[0]?.x, y: ring[0]?.y, kid: 'elliptic', alg: 'ES256', use: 'sig' },
    { kty: 'RSA', n: ring[1]?.n, e: 'AQAB', kid: 'rsa', alg: 'RS256', use: 'sig' },
    { kty: 'RSA', n: ring[2]?.n, e: 'AQAB', kid: 'rsa-pss', alg: 'PS256', use: 'sig' },
  ]);
  for (const secret of ring.flatMap(privateMembers)) expect(text).not.toContain(secret);
});

test('it holds a key of the ring in the database from its adding to its retirement', async () => {
  const kids = async () => (await published(t.url)).jwks.keys.map(({ kid }) => kid);
  const first = await addKey(env, 'ES256');
  await expect.poll(kids).toEqual([first]);
  const second = await addKey(env, 'RS256');
  await expect.poll(kids).toEqual([first, second]);
  await runKeys(env, ['retire', first]);
  await expect.poll(kids).toEqual([second]);
});

test.each<Algorithm>(['RS256', 'PS256', 'ES256'])(
  'another service verifies a token signed by %s with what it finds there, and no secret',
  async (alg) => {
    const kid = await addKey(env, alg);
    await runKeys(env, ['promote', kid]);
    const token = await logInSignedBy(t.url, kid);
    const { jwks } = await published(t.url);
    const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(jwks), {
      issuer: String(decodeJwt(t.viewer.token).iss),
      audience: 'stipend',
      typ: 'at+jwt',
      algorithms: [alg],
      requiredClaims: ['exp'],
      currentDate: t.clock.now(),
    });
    expect(payload.sub).toBe(t.viewer.id);
    expect(protectedHeader.kid).toBe(kid);
  },
);

test('a token that an HMAC key signs is verified by nobody with what is found there', async () => {
  const JWT_KEYS = await writeRing(folder, [newJwk('HS256', 'shared', true), newJwk('ES256', 'e', false)]);
  const { url } = await t.startAnother({ JWT_KEYS });
  const token = await logIn(url, 'vera', userPassword);
  const { jwks } = await published(url);
  await expect(jwtVerify(token, createLocalJWKSet(jwks), { currentDate: t.clock.now() })).rejects.toThrow();
});

function privateMembers(jwk: Jwk): string[] {
  const members = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k'].map((name) => jwk[name]);
  return members.filter((value): value is string => typeof value === 'string');
}
