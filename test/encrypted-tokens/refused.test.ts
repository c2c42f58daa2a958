import { randomBytes } from 'node:crypto';
import { CompactEncrypt, compactDecrypt } from 'jose';
import { expect, test } from 'vitest';
import { parseConfig } from '../../src/start/config.js';
import { useStipend } from '../harness.js';
import { statusWith } from '../keys/support.js';

const key = randomBytes(32);
const t = await useStipend({ JWT_ENCRYPTION_KEY: key.toString('base64') });
const plain = await t.startAnother({ JWT_ENCRYPTION_KEY: '' });
const encrypted = t.viewer.token;
const { plaintext } = await compactDecrypt(encrypted, key);
const signed = new TextDecoder().decode(plaintext);

const dir = { alg: 'dir', enc: 'A256GCM', cty: 'JWT' };
const encrypt = (text: string, header: Parameters<CompactEncrypt['setProtectedHeader']>[0], secret = key) =>
  new CompactEncrypt(new TextEncoder().encode(text)).setProtectedHeader(header).encrypt(secret);

test('with the key, the signed token alone is refused', async () => {
  expect(await statusWith(plain.url, signed), 'it is sound').toBe(200);
  expect(await statusWith(t.url, signed)).toBe(401);
});

test('without the key, an encrypted token is refused', async () => {
  expect(await statusWith(t.url, encrypted), 'it is sound').toBe(200);
  expect(await statusWith(plain.url, encrypted)).toBe(401);
});

test('a token that another key encrypts is refused', async () => {
  expect(await statusWith(t.url, await encrypt(signed, dir)), 'with the right key').toBe(200);
  expect(await statusWith(t.url, await encrypt(signed, dir, randomBytes(32)))).toBe(401);
});

test.each([
  { header: { alg: 'A256KW', enc: 'A256GCM', cty: 'JWT' } },
  { header: { alg: 'A256GCMKW', enc: 'A256GCM', cty: 'JWT' } },
])('a token whose key is wrapped by $header.alg with the very key is refused', async ({ header }) => {
  expect(await statusWith(t.url, await encrypt(signed, header))).toBe(401);
});

test('what the key encrypts and no key of the ring signs is refused', async () => {
  const [header, payload] = signed.split('.');
  const unsigned = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url');
  for (const text of [
    `${unsigned}.${payload}.`,
    `${header}.${payload}.`,
    payload ?? '',
    '{}',
    '',
    encrypted,
  ]) {
    expect(await statusWith(t.url, await encrypt(text, dir)), text).toBe(401);
  }
});

test('a token that was changed in any of its parts, or has another number of them, is refused', async () => {
  const parts = encrypted.split('.');
  for (const [index, part] of parts.entries()) {
    const changed = part === '' ? 'AAAA' : `${part.startsWith('A') ? 'B' : 'A'}${part.slice(1)}`;
    expect(await statusWith(t.url, parts.with(index, changed).join('.')), `part ${index}`).toBe(401);
  }
  expect(await statusWith(t.url, parts.slice(0, 4).join('.'))).toBe(401);
  expect(await statusWith(t.url, `${encrypted}.AAAA`)).toBe(401);
});

test('a token whose parts are written in another way is refused', async () => {
  const parts = encrypted.split('.');
  for (const index of [2, 3, 4]) {
    for (const rewritten of rewritings(parts[index] ?? '')) {
      expect(await statusWith(t.url, parts.with(index, rewritten).join('.')), rewritten).toBe(401);
    }
  }
});

/** Other texts that a lenient decoder reads as the same bytes. */
function rewritings(part: string): string[] {
  const bytes = Buffer.from(part, 'base64url');
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const strayBits = [...alphabet]
    .map((last) => part.slice(0, -1) + last)
    .filter((text) => text !== part && Buffer.from(text, 'base64url').equals(bytes));
  const padded = bytes.toString('base64');
  return [...strayBits.slice(0, 2), ...(padded === part ? [] : [padded])];
}

test.each(['too short', 'x'.repeat(31), 'x'.repeat(33), randomBytes(16).toString('hex').slice(1)])(
  'JWT_ENCRYPTION_KEY of %j is refused at the start, without saying what it is',
  (JWT_ENCRYPTION_KEY) => {
    expect(() => parseConfig({ JWT_ENCRYPTION_KEY })).toThrow(/^JWT_ENCRYPTION_KEY must be 32 bytes [^\n]*$/);
    expect(() => parseConfig({ JWT_ENCRYPTION_KEY })).not.toThrow(JWT_ENCRYPTION_KEY);
  },
);
