import { randomBytes } from 'node:crypto';
import { compactDecrypt, decodeJwt, decodeProtectedHeader } from 'jose';
import { expect, test } from 'vitest';
import { logIn, send } from '../client.js';
import { userPassword } from '../factories.js';
import { useStipend } from '../harness.js';
import { newFolder, newJwk, statusWith, writeRing } from '../keys/support.js';

const key = randomBytes(32);
const t = await useStipend({ JWT_ENCRYPTION_KEY: key.toString('base64') });

async function decrypt(token: string): Promise<string> {
  const { plaintext } = await compactDecrypt(token, key, {
    keyManagementAlgorithms: ['dir'],
    contentEncryptionAlgorithms: ['A256GCM'],
  });
  return new TextDecoder().decode(plaintext);
}

test('with JWT_ENCRYPTION_KEY a token has five parts, encrypted by the key itself with A256GCM', async () => {
  const token = await logIn(t.url, 'vera', userPassword);
  const parts = token.split('.');
  expect(parts).toHaveLength(5);
  expect(parts[1], 'no wrapped key').toBe('');
  expect(decodeProtectedHeader(token)).toEqual({ alg: 'dir', enc: 'A256GCM', cty: 'JWT' });
  expect(await statusWith(t.url, token)).toBe(200);
});

test('within it is the signed token, and nobody without the key reads a claim of it', async () => {
  const token = await logIn(t.url, 'vera', userPassword);
  const signed = await decrypt(token);
  expect(decodeProtectedHeader(signed)).toMatchObject({ alg: 'HS256', typ: 'at+jwt' });
  expect(decodeJwt(signed)).toMatchObject({ sub: t.viewer.id, username: 'vera', admin: false });
  const readable = token.split('.').map((part) => Buffer.from(part, 'base64url').toString('latin1'));
  expect(readable.join()).not.toMatch(/vera|at\+jwt|HS256/);
});

test('no two tokens are encrypted with one nonce', async () => {
  const tokens = await Promise.all(Array.from({ length: 4 }, () => logIn(t.url, 'vera', userPassword)));
  expect(new Set(tokens.map((token) => token.split('.')[2])).size).toBe(4);
});

test('a refreshed token is encrypted too', async () => {
  const { data } = await send(t.url, {
    query: 'mutation ($password: String!) { login(username: "vera", password: $password) { refreshToken } }',
    variables: { password: userPassword },
  });
  const { refreshToken } = data.login;
  const refreshed = await t.gql(
    'mutation ($refreshToken: String!) { refreshSession(refreshToken: $refreshToken) { token } }',
    { refreshToken },
  );
  const { token } = refreshed.data.refreshSession;
  expect(token.split('.')).toHaveLength(5);
  expect(await statusWith(t.url, token)).toBe(200);
});

test('every key of the ring signs what is encrypted', async () => {
  const ring = [newJwk('ES256', 'inside', true)];
  const { url } = await t.startAnother({ JWT_KEYS: await writeRing(await newFolder(), ring) });
  const token = await logIn(url, 'vera', userPassword);
  expect(decodeProtectedHeader(await decrypt(token))).toMatchObject({ alg: 'ES256', kid: 'inside' });
  expect(await statusWith(url, token)).toBe(200);
});

test.each([
  { form: 'hex', written: key.toString('hex') },
  { form: 'base64url', written: key.toString('base64url') },
])('the key may be written in $form', async ({ written }) => {
  const { url } = await t.startAnother({ JWT_ENCRYPTION_KEY: written });
  expect(await statusWith(url, t.viewer.token)).toBe(200);
});
