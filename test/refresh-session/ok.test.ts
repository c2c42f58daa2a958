import { expect, test } from 'vitest';
import { send } from '../client.js';
import { expectCode } from '../expect.js';
import { useStipend } from '../harness.js';
import { readEverything } from '../invariants.js';
import {
  isAccepted,
  newPerson,
  type Pair,
  partOf,
  refresh,
  refreshed,
  refreshMutation,
} from '../sessions/support.js';
import { countTokens, hashOf } from './support.js';

const t = await useStipend({ LOGIN_FAILURES_PER_ADDRESS: '10000' });
const hour = 3_600_000;

test('a refresh token is traded for a new pair of the same session', async () => {
  const person = await newPerson(t);
  t.clock.advance(hour);
  const answer = await refresh(t.url, person.refreshToken);
  const now = t.clock.now().getTime();
  const pair: Pair = answer.data.refreshSession;
  expect(answer.data.refreshSession).toEqual({
    token: expect.any(String),
    expiresAt: new Date(now + 8 * hour).toISOString(),
    refreshToken: expect.stringMatching(/^[A-Za-z0-9_-]{43,}$/),
    refreshExpiresAt: new Date(now + 7 * 24 * hour).toISOString(),
    user: { id: person.id, username: person.username, role: 'VIEWER', admin: false },
  });
  const [before, after] = [partOf(person.token, 1), partOf(pair.token, 1)];
  const times = { iat: now / 1000, nbf: now / 1000, exp: now / 1000 + 8 * 3600 };
  expect(after).toEqual({ ...before, ...times, jti: after.jti });
  expect(after.jti).not.toBe(before.jti);
  expect(await isAccepted(t.url, pair.token)).toBe(true);
  await refreshed(t.url, pair.refreshToken);
});

test('the old access token is valid until it expires, and no longer', async () => {
  const person = await newPerson(t);
  t.clock.advance(4 * hour);
  const { token } = await refreshed(t.url, person.refreshToken);
  t.clock.advance(4 * hour - 1);
  expect(await isAccepted(t.url, person.token)).toBe(true);
  t.clock.advance(1);
  expect(await isAccepted(t.url, person.token)).toBe(false);
  expect(await isAccepted(t.url, token)).toBe(true);
});

test('refreshing needs no access token: it works after that has expired, again and again', async () => {
  const person = await newPerson(t);
  let { refreshToken } = person;
  for (let days = 1; days <= 5; days++) {
    t.clock.advance(24 * hour);
    const pair = await refreshed(t.url, refreshToken);
    refreshToken = pair.refreshToken;
    expect(await isAccepted(t.url, person.token)).toBe(false);
    expect(await isAccepted(t.url, pair.token)).toBe(true);
  }
});

test('an expired access token beside the refresh token does not matter', async () => {
  const person = await newPerson(t);
  t.clock.advance(8 * hour);
  const answer = await refresh(t.url, person.refreshToken, person.token);
  expect(answer.status).toBe(200);
  expect(await isAccepted(t.url, answer.data.refreshSession.token)).toBe(true);
});

test('the pair belongs to the session of the refresh token, whoever sends it', async () => {
  const [person, sender] = [await newPerson(t), await newPerson(t, 'ADMIN')];
  const { data } = await refresh(t.url, person.refreshToken, sender.token);
  expect(partOf(data.refreshSession.token, 1)).toMatchObject({ sub: person.id, admin: false });
});

test('the new access token says what the user is now', async () => {
  const person = await newPerson(t);
  await t.database.sql(`UPDATE users SET role = 'ADMIN' WHERE id = $1`, [person.id]);
  const { token } = await refreshed(t.url, person.refreshToken);
  expect(partOf(token, 1).admin).toBe(true);
});

test('a refresh token has at least 256 bits, and no two are alike', async () => {
  const tokens: string[] = [];
  for (let logins = 0; logins < 3; logins++) {
    let { refreshToken } = await newPerson(t);
    for (let trades = 0; trades < 3; trades++) {
      tokens.push(refreshToken);
      refreshToken = (await refreshed(t.url, refreshToken)).refreshToken;
    }
  }
  expect(new Set(tokens).size).toBe(9);
  for (const token of tokens) expect(Buffer.from(token, 'base64url').length).toBeGreaterThanOrEqual(32);
});

test('refresh tokens are stored only as hashes: neither the database nor the log holds one, in any spelling', async () => {
  const person = await newPerson(t);
  const pair = await refreshed(t.url, person.refreshToken);
  const stored = (await readEverything(t.database)).join('\n');
  // What is looked for below would be found: the hashes are there, as the bytes that they are.
  expect(stored).toContain(hashOf(person.refreshToken).toString('hex'));
  expect(stored).toContain(hashOf(pair.refreshToken).toString('hex'));
  for (const token of [person.refreshToken, pair.refreshToken]) {
    const bytes = Buffer.from(token, 'base64url');
    const spellings = [
      token,
      bytes.toString('hex'),
      bytes.toString('base64').replace(/=+$/, ''),
      Buffer.from(token).toString('hex'),
      Buffer.from(token).toString('base64').replace(/=+$/, ''),
    ];
    for (const spelling of spellings) {
      expect(stored).not.toContain(spelling);
      expect(t.logLines.join('\n')).not.toContain(spelling);
    }
  }
  for (const { token } of [person, pair]) expect(stored).not.toContain(token.split('.')[2]);
});

test('whatever is no refresh token of a session that lives gets the same answer, and changes nothing', async () => {
  const [gone, disabled, demo] = [await newPerson(t), await newPerson(t), await newPerson(t)];
  await t.gql('mutation { logout { revokedSessions } }', {}, gone);
  await t.database.sql('UPDATE users SET disabled_at = now() WHERE id = $1', [disabled.id]);
  const answers = [];
  for (const token of [
    '',
    'x',
    'x'.repeat(43),
    'x'.repeat(60_000),
    gone.refreshToken,
    disabled.refreshToken,
    demo.token,
    `${demo.refreshToken} `,
    ` ${demo.refreshToken}`,
    `${demo.refreshToken}=`,
    demo.refreshToken.slice(0, -1),
    demo.refreshToken.toLowerCase(),
    `${demo.refreshToken}\0`,
    '\ud800'.repeat(43),
    hashOf(demo.refreshToken).toString('base64url'),
    hashOf(demo.refreshToken).toString('hex'),
    "' OR 1=1 --",
    '%',
    '__proto__',
    demo.sessionId,
  ]) {
    answers.push(await refresh(t.url, token));
  }
  expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
  for (const answer of answers) expectCode(answer, 'UNAUTHENTICATED');
  expect(await countTokens(t.database, demo.sessionId)).toBe(1);
  expect(await isAccepted(t.url, demo.token)).toBe(true);
});

test.each([
  ['null', null],
  ['a number', 5],
  ['a list', ['x']],
  ['nothing', undefined],
])('%s for a refresh token is BAD_USER_INPUT', async (_what, refreshToken) => {
  const answer = await send(t.url, { query: refreshMutation, variables: { refreshToken } });
  expectCode(answer, 'BAD_USER_INPUT');
});

test('a failed refresh is an audit entry without the token', async () => {
  const count = async () =>
    (await t.database.sql(`SELECT 1 FROM audit_entries WHERE action = 'refresh.failed' AND ip = '127.0.0.1'`))
      .length;
  const before = await count();
  // Another process, which has counted no failure yet.
  const { url } = await t.startAnother();
  await refresh(url, 'a-token-that-was-typed');
  await expect.poll(count, { interval: 5, timeout: 15_000 }).toBe(before + 1);
  expect((await readEverything(t.database)).join('\n')).not.toContain('a-token-that-was-typed');
});
