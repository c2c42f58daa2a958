import { CompactEncrypt, FlattenedSign, GeneralSign } from 'jose';
import { expect, test } from 'vitest';
import { send } from '../client.js';
import { expectCode } from '../expect.js';
import { jwtSecret } from '../harness.js';
import { isAccepted, openSession, partOf, refresh } from '../sessions/support.js';
import {
  ecSigner,
  forge,
  hmacSigner,
  makeKey,
  makeSecret,
  privateKeyOf,
  pssSigner,
  rsaSigner,
  withPart,
  withStrayBits,
} from './forge.js';
import { expectRefused, headerOf, ring, ringKeys, signedWith, useForge } from './support.js';

const { t, person, claims } = await useForge();
const nothing = () => Buffer.alloc(0);
const good = signedWith(ring.hmac, claims);

test.each(ringKeys)(
  'the forge works: with the right claims and key $jwk.kid, a token is accepted',
  async (key) => {
    const answer = await t.gql('{ me { username } }', {}, { token: signedWith(key, claims) });
    expect(answer.data).toEqual({ me: { username: 'vera' } });
  },
);

const none: Array<[string, string]> = ['none', 'None', 'NONE', 'nOnE', ''].flatMap((alg) =>
  [...ringKeys.map(({ jwk }) => jwk.kid), undefined, 'none'].flatMap(
    (kid): Array<[string, string]> => [
      [
        `alg ${alg || 'empty'} and no signature, kid ${kid}`,
        forge({ alg, typ: 'at+jwt', kid }, claims, nothing),
      ],
      [
        `alg ${alg || 'empty'} and an HMAC, kid ${kid}`,
        forge({ alg, typ: 'at+jwt', kid }, claims, ring.hmac.sign),
      ],
    ],
  ),
);

const { rsa, pss, ec, hmac } = ring;
const publicForms = [rsa, pss, ec].flatMap(({ publicKey, jwk }) => {
  if (!publicKey) throw new Error('no public key');
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const forms: Array<[string, string | Buffer]> = [
    [`the PEM of ${jwk.kid}`, pem],
    [`the PEM of ${jwk.kid} without its last line feed`, pem.trimEnd()],
    [`the PEM of ${jwk.kid} with CRLF`, pem.replaceAll('\n', '\r\n')],
    [`the DER of ${jwk.kid}`, publicKey.export({ type: 'spki', format: 'der' })],
    [`the JWK of ${jwk.kid}`, JSON.stringify(publicKey.export({ format: 'jwk' }))],
    [`the modulus or the point of ${jwk.kid}`, String(jwk.n ?? jwk.x)],
  ];
  return forms.flatMap(([what, secret]) =>
    [jwk.kid, 'hmac', undefined].map((kid): [string, string] => [
      `HS256 by ${what}, kid ${kid}`,
      forge({ alg: 'HS256', typ: 'at+jwt', kid }, claims, hmacSigner(secret)),
    ]),
  );
});

const confusions: Array<[string, string]> = [
  [
    'RS256 by the key for PS256',
    signedWith({ ...pss, sign: rsaSigner(privateKeyOf(pss)) }, claims, { alg: 'RS256' }),
  ],
  [
    'PS256 by the key for RS256',
    signedWith({ ...rsa, sign: pssSigner(privateKeyOf(rsa)) }, claims, { alg: 'PS256' }),
  ],
  ['PS256 under the name RS256', signedWith({ ...rsa, sign: pssSigner(privateKeyOf(rsa)) }, claims)],
  ['RS256 under the name PS256', signedWith({ ...pss, sign: rsaSigner(privateKeyOf(pss)) }, claims)],
  ['RS512', signedWith({ ...rsa, sign: rsaSigner(privateKeyOf(rsa), 'sha512') }, claims, { alg: 'RS512' })],
  ['RS1', signedWith({ ...rsa, sign: rsaSigner(privateKeyOf(rsa), 'sha1') }, claims, { alg: 'RS1' })],
  ['HS384', signedWith({ ...hmac, sign: hmacSigner(hmac.secret, 'sha384') }, claims, { alg: 'HS384' })],
  ['HS512', signedWith({ ...hmac, sign: hmacSigner(hmac.secret, 'sha512') }, claims, { alg: 'HS512' })],
  ['HS256 under the name ES256', signedWith(hmac, claims, { alg: 'ES256' })],
  ['ES256 under the name HS256', signedWith(ec, claims, { alg: 'HS256' })],
  ['ES256 under the name ES384', signedWith(ec, claims, { alg: 'ES384' })],
  ['ES256 under the name EdDSA', signedWith(ec, claims, { alg: 'EdDSA' })],
  ['alg in lower case', signedWith(hmac, claims, { alg: 'hs256' })],
  ['alg as a list', signedWith(hmac, claims, { alg: ['HS256'] })],
  ['alg as an object', signedWith(hmac, claims, { alg: { toString: 'HS256' } })],
  ['alg null', signedWith(hmac, claims, { alg: null })],
  ['no alg', signedWith(hmac, claims, { alg: undefined })],
  ['ES256 with a signature of zeros', signedWith({ ...ec, sign: () => Buffer.alloc(64) }, claims)],
  ['ES256 with a signature in DER', signedWith({ ...ec, sign: ecSigner(privateKeyOf(ec), 'der') }, claims)],
  ['HS256 by an empty key', signedWith({ ...hmac, sign: hmacSigner('') }, claims)],
  ['HS256 by the key in base64url', signedWith({ ...hmac, sign: hmacSigner(String(hmac.jwk.k)) }, claims)],
  ['HS256 by the kid', signedWith({ ...hmac, sign: hmacSigner('hmac') }, claims)],
  [
    'HS256 by JWT_SECRET, which is not in the ring',
    signedWith({ ...hmac, sign: hmacSigner(jwtSecret) }, claims),
  ],
];

const strangers = [
  makeSecret('hmac'),
  makeKey('rsa', 'RS256'),
  makeKey('pss', 'PS256'),
  makeKey('ec', 'ES256'),
];
const otherKeys: Array<[string, string]> = [
  ...strangers.map((key): [string, string] => [`another key named ${key.jwk.kid}`, signedWith(key, claims)]),
  ...ringKeys.flatMap((key) =>
    ringKeys
      .filter((other) => other !== key)
      .map((other): [string, string] => [
        `key ${key.jwk.kid}, named ${other.jwk.kid}`,
        signedWith(key, claims, { kid: other.jwk.kid }),
      ]),
  ),
];

const shorter = (count: number) => (text: string) => text.slice(0, -count);
const signatures: Array<[string, string]> = ringKeys.flatMap((key) => {
  const token = signedWith(key, claims);
  const change = (part: 0 | 1 | 2, how: (text: string) => string) => withPart(token, part, how);
  const admin = Buffer.from(JSON.stringify({ ...claims, admin: true, sub: t.admin.id })).toString(
    'base64url',
  );
  return [
    ['a signature without its last character', change(2, shorter(1))],
    ['half a signature', change(2, (text) => text.slice(0, text.length / 2))],
    ['no signature', change(2, () => '')],
    ['no signature, nor the dot before it', token.slice(0, token.lastIndexOf('.'))],
    ['a signature and one character more', change(2, (text) => `${text}A`)],
    ['a signature twice', change(2, (text) => `${text}${text}`)],
    ['a signature with padding', change(2, (text) => `${text}=`)],
    ['a signature with more padding', change(2, (text) => `${text}==`)],
    ['a signature in hex', change(2, (text) => Buffer.from(text, 'base64url').toString('hex'))],
    ['a signature in base64 within base64', change(2, (text) => Buffer.from(text).toString('base64url'))],
    ['a signature with a dash for its first character', change(2, (text) => `~${text.slice(1)}`)],
    [
      'a signature with one bit flipped',
      change(2, (text) => `${text[0] === 'A' ? 'B' : 'A'}${text.slice(1)}`),
    ],
    ['stray bits in the signature', withStrayBits(token, 2)],
    ['other claims under the signature', change(1, () => admin)],
    [
      'a header with a space under the signature',
      change(0, (text) => Buffer.from(` ${Buffer.from(text, 'base64url')}`).toString('base64url')),
    ],
    ['the parts in another order', token.split('.').reverse().join('.')],
  ].map(([what = '', forged = '']): [string, string] => [`${what} (${key.jwk.alg})`, forged]);
});

const standardAlphabet = Array.from({ length: 50 }, (_, index) =>
  signedWith(hmac, { ...claims, jti: `${index}` }),
)
  .find((token) => /[-_]/.test(token.split('.')[2] ?? ''))
  ?.replaceAll('-', '+')
  .replaceAll('_', '/');

const [header = '', payload = '', signature = ''] = good.split('.');
const forms: Array<[string, string]> = [
  ['base64 for base64url', standardAlphabet ?? ''],
  ['one part', header],
  ['two parts', `${header}.${payload}`],
  ['four parts', `${good}.${signature}`],
  ['five parts', `${good}.${signature}.${signature}`],
  ['five parts, three of them empty', `${header}..${payload}..${signature}`],
  ['six parts', `${good}.${good}`],
  ['a dot before it', `.${good}`],
  ['a dot behind it', `${good}.`],
  ['two dots and nothing', '..'],
  ['four dots and nothing', '....'],
  ['an empty header', `.${payload}.${signature}`],
  ['empty claims', `${header}..${signature}`],
  ['a refresh token', person.refreshToken],
  ['a token within a token', signedWith(hmac, good, { cty: 'JWT' })],
  ['a token for claims', forge(headerOf(hmac), good, hmac.sign)],
  ['itself in base64url', Buffer.from(good).toString('base64url')],
  ['6,000 characters, all of them signed', signedWith(hmac, { ...claims, more: 'x'.repeat(3_500) })],
  ['15,000 characters, all of them signed', signedWith(hmac, { ...claims, more: 'x'.repeat(10_500) })],
];

test.each([...none, ...publicForms, ...confusions, ...otherKeys, ...signatures, ...forms])(
  'a token is refused: %s',
  (_what, token) => expectRefused(t.url, token),
);

test('stray bits in the header and the claims are refused, though all that is signed is theirs', async () => {
  for (const part of [0, 1] as const) {
    // Claims of such a length that their last character has bits to spare.
    for (const jti of ['x', 'xx', 'xxx']) {
      const text = Buffer.from(JSON.stringify(part === 0 ? headerOf(hmac) : { ...claims, jti })).toString(
        'base64url',
      );
      if (text.length % 4 === 0) continue;
      const parts = signedWith(hmac, { ...claims, jti }).split('.');
      const input = withStrayBits(parts.join('.'), part).split('.').slice(0, 2).join('.');
      await expectRefused(t.url, `${input}.${hmac.sign(input).toString('base64url')}`);
    }
  }
});

test('a token in JSON serialisation is refused, as it stands and in base64url', async () => {
  const bytes = new TextEncoder().encode(JSON.stringify(claims));
  const protectedHeader = { alg: 'HS256', typ: 'at+jwt', kid: 'hmac' };
  const flattened = await new FlattenedSign(bytes).setProtectedHeader(protectedHeader).sign(hmac.secret);
  const general = new GeneralSign(bytes);
  general.addSignature(hmac.secret).setProtectedHeader(protectedHeader);
  for (const serialised of [flattened, await general.sign()].map((value) => JSON.stringify(value))) {
    await expectRefused(t.url, serialised);
    await expectRefused(t.url, Buffer.from(serialised).toString('base64url'));
  }
});

test('an encrypted token is refused where tokens are not encrypted, whatever the key', async () => {
  const keys = [hmac.secret, Buffer.alloc(32), Buffer.from(jwtSecret).subarray(0, 32)];
  for (const key of keys) {
    const token = await new CompactEncrypt(new TextEncoder().encode(good))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', cty: 'JWT', kid: 'hmac' })
      .encrypt(key);
    await expectRefused(t.url, token);
  }
});

test('a token of 20,000 characters is refused before it is read', async () => {
  const { status } = await send(t.url, { query: '{ __typename }', token: 'x'.repeat(20_000) }).catch(() => ({
    status: 431,
  }));
  expect([401, 431]).toContain(status);
});

test('an access token refreshes nothing', async () => {
  for (const token of [person.token, good, `Bearer ${good}`]) {
    expectCode(await refresh(t.url, token), 'UNAUTHENTICATED');
  }
  expect(await isAccepted(t.url, person.token)).toBe(true);
});

test('a token of one ring is refused under another, though both know its session', async () => {
  const { url } = await t.startAnother({ JWT_KEYS: '' });
  const own = await openSession(url, 'vera');
  const key = { jwk: { ...hmac.jwk, kid: partOf(own.token, 0).kid }, sign: hmacSigner(jwtSecret) };
  expect(await isAccepted(url, signedWith(key, partOf(own.token, 1)))).toBe(true);
  await expectRefused(t.url, own.token);
  await expectRefused(url, person.token);
  for (const other of ringKeys) {
    await expectRefused(url, signedWith(other, partOf(own.token, 1)));
    await expectRefused(url, signedWith(other, partOf(own.token, 1), { kid: key.jwk.kid }));
    await expectRefused(url, signedWith({ ...key, sign: other.sign }, partOf(own.token, 1)));
  }
});

test('none of it is logged as a fault', () => {
  expect(t.logLines.filter((line) => /"level":(50|60)/.test(line))).toEqual([]);
});
