import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { KeyError } from '../../src/accounts/keys/jwk.js';
import { fileKeyStore } from '../../src/accounts/keys/key-store.js';
import { openKeyRing } from '../../src/accounts/keys/live-key-ring.js';
import { createLog } from '../../src/telemetry/log.js';
import { cleanUp, newDatabase, refusalHere } from '../start/support.js';
import { type Jwk, newFolder, newJwk, writeRing } from './support.js';

cleanUp();
const folder = await newFolder();

const sound = newJwk('ES256', 'sound', true);
const rsa = newJwk('RS256', 'rsa', false);
const secretOf = (bytes: number) => randomBytes(bytes).toString('base64url');
const weakRsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ format: 'jwk' });
const otherCurve = (namedCurve: string) =>
  generateKeyPairSync('ec', { namedCurve }).privateKey.export({ format: 'jwk' });
const verifies = (jwk: object): Jwk => ({ kid: 'k', key_ops: ['verify'], ...jwk });

test.each<{ ring: string; keys: Jwk[]; says: RegExp }>([
  {
    ring: 'an HMAC key of 31 bytes',
    keys: [sound, verifies({ kty: 'oct', alg: 'HS256', k: secretOf(31) })],
    says: /Key k is too weak: HS256 needs at least 32 bytes/,
  },
  {
    ring: 'an empty HMAC key',
    keys: [sound, verifies({ kty: 'oct', alg: 'HS256', k: '' })],
    says: /Key k is too weak/,
  },
  {
    ring: 'an HMAC key without its secret',
    keys: [sound, verifies({ kty: 'oct', alg: 'HS256' })],
    says: /Key k has no "k"/,
  },
  {
    ring: 'an RSA key of 1024 bits, even one that only verifies',
    keys: [sound, verifies({ ...weakRsa, alg: 'RS256' })],
    says: /Key k is too weak: RS256 needs at least 2048 bits/,
  },
  {
    ring: 'an RSA key of 1024 bits for PS256',
    keys: [sound, verifies({ ...weakRsa, alg: 'PS256' })],
    says: /Key k is too weak: PS256/,
  },
  {
    ring: 'an ES256 key on the curve P-384',
    keys: [sound, verifies({ ...otherCurve('P-384'), alg: 'ES256' })],
    says: /Key k: ES256 needs the curve P-256/,
  },
  {
    ring: 'an ES256 key on the curve secp256k1',
    keys: [sound, verifies({ ...otherCurve('secp256k1'), alg: 'ES256' })],
    says: /Key k: ES256 needs the curve P-256/,
  },
  {
    ring: 'two keys that sign',
    keys: [sound, newJwk('ES256', 'another', true)],
    says: /2 keys with "sign"/,
  },
  { ring: 'no key that signs', keys: [newJwk('ES256', 'k', false)], says: /0 keys with "sign"/ },
  { ring: 'no key', keys: [], says: /0 keys with "sign"/ },
  { ring: 'a key id twice', keys: [sound, newJwk('HS256', 'sound', false)], says: /key id sound twice/ },
  {
    ring: 'an RSA key for ES256',
    keys: [sound, verifies({ ...rsa, alg: 'ES256' })],
    says: /ES256 needs EC, not RSA/,
  },
  {
    ring: 'an EC key for HS256',
    keys: [{ ...sound, alg: 'HS256' }],
    says: /HS256 needs oct, not EC/,
  },
  {
    ring: 'one RSA key for two algorithms',
    keys: [sound, rsa, { ...rsa, kid: 'the same', alg: 'PS256' }],
    says: /Keys rsa and the same are one key for two algorithms/,
  },
  {
    ring: 'a public key that is to sign',
    keys: [{ ...sound, d: undefined }],
    says: /Key sound is to sign and has no private part/,
  },
  {
    ring: 'an RSA key with a part missing',
    keys: [sound, { ...rsa, n: undefined }],
    says: /Key rsa is not a well-formed RSA key/,
  },
  { ring: 'an algorithm called none', keys: [{ ...sound, alg: 'none' }], says: /keys\.0\.alg/ },
  { ring: 'no algorithm', keys: [{ ...sound, alg: undefined }], says: /keys\.0\.alg/ },
  { ring: 'no key id', keys: [{ ...sound, kid: '' }], says: /keys\.0\.kid/ },
])('a ring with $ring is refused at the start, in one line without a secret', async ({ keys, says }) => {
  const log = createLog('silent', { write: () => {} });
  const opening = openKeyRing(fileKeyStore(await writeRing(folder, keys)), log);
  const failure: unknown = await opening.catch((error: unknown) => error);
  if (!(failure instanceof KeyError)) throw new Error('it started, or failed in another way');
  expect(failure.message).toMatch(says);
  expect(failure.message).not.toContain('\n');
  for (const secret of keys.flatMap(({ d, k, p, q }) => [d, k, p, q])) {
    if (typeof secret === 'string' && secret !== '') expect(failure.message).not.toContain(secret);
  }
});

const weakRing = JSON.stringify({ keys: [{ ...weakRsa, kid: 'weak', alg: 'RS256', key_ops: ['sign'] }] });

test.each([
  { file: 'with a weak key', content: weakRing, says: /Key weak is too weak/ },
  { file: 'that is not JSON', content: '{"keys":[{"k":"planted-in-the-key-file"', says: /not JSON/ },
  { file: 'that is no JWK Set', content: '["planted-in-the-key-file"]', says: /not a valid JWK Set/ },
  { file: 'that is not there', content: undefined, says: /cannot be read \(ENOENT\)/ },
])('the start says in one line that JWT_KEYS names a file $file', async ({ content, says }) => {
  const { env } = await newDatabase();
  const JWT_KEYS = join(folder, randomBytes(4).toString('hex'));
  if (content !== undefined) await writeFile(JWT_KEYS, content);
  const planted = ['planted-in-the-key-file', String(weakRsa.d)];
  const lines = await refusalHere({ ...env, JWT_KEYS }, planted);
  expect(lines).toEqual([expect.stringMatching(says)]);
});
