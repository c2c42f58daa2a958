import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { expectCode } from '../expect.js';
import { openSession } from '../sessions/support.js';
import { forge, makeKey, makeSecret } from './forge.js';
import { expectRefused, headerOf, ring, signedWith, useForge } from './support.js';

// Each of these is signed with a key of the ring: the signature holds, and something else does not.
const { t, claims } = await useForge();
const now = t.clock.now().getTime() / 1000;
const { hmac, ec } = ring;
const emil = await openSession(t.url, 'emil');
const gone = await openSession(t.url, 'vera');
await t.gql('mutation { logout { revokedSessions } }', {}, gone);

test('the forge works: the right claims are accepted, also with a claim more', async () => {
  for (const token of [signedWith(hmac, claims), signedWith(ec, { ...claims, scope: 'all' })]) {
    expect((await t.gql('{ me { username } }', {}, { token })).data).toEqual({ me: { username: 'vera' } });
  }
});

test('a process whose clock is 30 s behind accepts what another one has just issued', async () => {
  const token = signedWith(hmac, { ...claims, iat: now + 30, nbf: now + 30, exp: now + 30 + 3600 });
  expect((await t.gql('{ me { username } }', {}, { token })).data).toEqual({ me: { username: 'vera' } });
});

test('a claim gives no right: the session says who it is, and what they may do', async () => {
  const raised = { ...claims, admin: true, role: 'ADMIN', username: 'admin', scope: 'admin' };
  const token = signedWith(hmac, raised);
  const answer = await t.gql('{ me { username role admin } }', {}, { token });
  expect(answer.data).toEqual({ me: { username: 'vera', role: 'VIEWER', admin: false } });
  const promotion = `mutation { editUser(input: { id: "${id}", role: ADMIN }) { user { id } } }`;
  const refused = await t.gql(promotion, {}, { token });
  expectCode(refused, 'FORBIDDEN');
});

const absent = undefined;
const far = now + 10 * 365 * 86_400;
const id = String(claims.sub);
const ofOtherTypes = [absent, null, '', 0, 1, -1, 1.5, true, false, [], {}, [id], { id }, [[id]]];

const wrong: Record<string, unknown[]> = {
  iss: [
    ...ofOtherTypes,
    'https://attacker.example',
    `${claims.iss}/`,
    ` ${claims.iss}`,
    [claims.iss],
    `${claims.iss}\0`,
  ],
  aud: [...ofOtherTypes, 'other', 'STIPEND', ['stipend'], ['stipend', 'other'], 'stipend '],
  sub: [
    ...ofOtherTypes,
    t.admin.id,
    emil.id,
    id.toUpperCase(),
    `${id} `,
    randomUUID(),
    'vera',
    "' OR 1=1 --",
  ],
  sid: [
    ...ofOtherTypes,
    emil.sessionId,
    gone.sessionId,
    String(claims.sid).toUpperCase(),
    `{${claims.sid}}`,
    `${claims.sid}\0`,
    `${claims.sid} `,
    randomUUID(),
    '../../../etc/passwd',
    "' OR 1=1 --",
    '__proto__',
    '\ud800',
  ],
  jti: [absent, null, '', 0, [], {}],
  username: [absent, null, '', 0, [], {}],
  admin: [absent, null, '', 'true', 1, 0, [], {}],
  exp: [
    absent,
    null,
    '',
    String(now + 3600),
    now + 3600.5,
    now,
    now - 1,
    now - 86_400,
    0,
    -1,
    true,
    [now + 3600],
    {},
    now + 8 * 3600 + 1,
    far,
    1e308,
    Number.MAX_SAFE_INTEGER,
    2 ** 60,
  ],
  iat: [absent, null, '', String(now), now + 0.5, now + 60, now + 3600, far, -1, 0, true, [now], {}],
  nbf: [absent, null, '', String(now), now + 0.5, now + 60, now + 3600, far, true, [now], {}],
};

test.each(Object.entries(wrong))('a token is refused with a wrong %s', async (name, values) => {
  for (const value of values) {
    const token = signedWith(hmac, { ...claims, [name]: value });
    await expectRefused(t.url, token).catch((error) => {
      throw new Error(`${name}: ${JSON.stringify(value)}`, { cause: error });
    });
  }
});

test('a token is refused whose subject and session are somebody else’s and not each other’s', async () => {
  await expectRefused(t.url, signedWith(hmac, { ...claims, sub: t.admin.id, sid: emil.sessionId }));
  await expectRefused(t.url, signedWith(hmac, { ...claims, sub: gone.id, sid: gone.sessionId }));
});

test.each([
  ['a list', [claims]],
  ['null', 'null'],
  ['a number', '5'],
  ['a string', '"admin"'],
  ['no JSON', '{"sub":'],
  ['nothing', ''],
  ['bytes that are no UTF-8', Buffer.from([0xff, 0xfe, 0x00])],
  ['numbers that are too large', JSON.stringify(claims).replace(/"exp":\d+/, '"exp":1e999')],
  ['claims below __proto__', JSON.stringify({ x: claims }).replace('"x"', '"__proto__"')],
  ['nesting', '['.repeat(1_000)],
])('a token is refused whose claims are %s', (_what, value) => expectRefused(t.url, signedWith(hmac, value)));

const mine = makeKey('mine', 'ES256');
const mySecret = makeSecret('mine');
const embedded = { ...mine.jwk, d: undefined, key_ops: ['verify'] };

const headers: Array<[string, string]> = [
  ...['JWT', 'jwt', 'at+JWT', 'application/at+jwt', 'rt+jwt', 'refresh', '', absent, null, 1, ['at+jwt']].map(
    (typ): [string, string] => [`typ ${JSON.stringify(typ)}`, signedWith(hmac, claims, { typ })],
  ),
  ...[['exp'], [], ['b64'], 'exp', null, {}, ['https://example.com/unknown']].map(
    (crit): [string, string] => [
      `crit ${JSON.stringify(crit)}`,
      signedWith(hmac, claims, { crit, b64: Array.isArray(crit) && crit.includes('b64') ? false : absent }),
    ],
  ),
  ...[
    'unknown',
    '',
    'HMAC',
    'hmac ',
    'hmac\0',
    '../../../../dev/null',
    '/dev/null',
    'file:///dev/null',
    "hmac' OR '1'='1",
    "x' UNION SELECT 'key'; --",
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'https://attacker.example/key',
    'x'.repeat(1_000),
    'clé',
    '\ud800',
    absent,
    null,
    0,
    true,
    ['hmac'],
    { kid: 'hmac' },
  ].map((kid): [string, string] => [`kid ${JSON.stringify(kid)}`, signedWith(hmac, claims, { kid })]),
  [
    'kid /dev/null, signed by an empty key',
    signedWith({ ...hmac, sign: () => Buffer.alloc(32) }, claims, { kid: '/dev/null' }),
  ],
  ['an embedded jwk that signed it', signedWith(mine, claims, { jwk: embedded })],
  [
    'an embedded jwk that signed it, under a known kid',
    signedWith(mine, claims, { jwk: embedded, kid: 'ec' }),
  ],
  ['an embedded secret that signed it', signedWith(mySecret, claims, { jwk: mySecret.jwk, kid: 'hmac' })],
  ['an embedded jwk beside a good signature', signedWith(ec, claims, { jwk: embedded })],
  ['jku', signedWith(mine, claims, { jku: `${t.url}/.well-known/jwks.json` })],
  ['jku beside a good signature', signedWith(ec, claims, { jku: 'https://attacker.example/jwks.json' })],
  ['x5u', signedWith(mine, claims, { x5u: 'https://attacker.example/cert.pem' })],
  ['x5u beside a good signature', signedWith(ec, claims, { x5u: 'https://attacker.example/cert.pem' })],
  ['x5c', signedWith(ec, claims, { x5c: ['MIIB'] })],
  ['x5t', signedWith(ec, claims, { x5t: 'x', 'x5t#S256': 'x' })],
  ['zip', signedWith(ec, claims, { zip: 'DEF' })],
  ['cty', signedWith(ec, claims, { cty: 'JWT' })],
  ['b64', signedWith(ec, claims, { b64: true })],
  ['enc', signedWith(ec, claims, { enc: 'A256GCM' })],
  ['a member of its own', signedWith(ec, claims, { admin: true })],
  ['__proto__', forge('{"alg":"HS256","typ":"at+jwt","kid":"hmac","__proto__":{"x":1}}', claims, hmac.sign)],
  [
    'its members below __proto__',
    forge('{"__proto__":{"alg":"HS256","typ":"at+jwt","kid":"hmac"}}', claims, hmac.sign),
  ],
  ['a list', forge([headerOf(hmac)], claims, hmac.sign)],
  ['a string', forge('"hmac"', claims, hmac.sign)],
  ['null', forge('null', claims, hmac.sign)],
  ['no JSON', forge('{"alg":"HS256"', claims, hmac.sign)],
  ['a byte order mark', forge(`\ufeff${JSON.stringify(headerOf(hmac))}`, claims, hmac.sign)],
  ['bytes that are no UTF-8', forge(Buffer.from([0xff, 0xfe]), claims, hmac.sign)],
];

test.each(headers)('a token is refused whose header has %s', (_what, token) => expectRefused(t.url, token));

test('none of it is logged as a fault, and nobody was asked for a key', () => {
  expect(t.logLines.filter((line) => /"level":(50|60)/.test(line))).toEqual([]);
  expect(t.logLines.join('\n')).not.toContain('attacker.example');
});
