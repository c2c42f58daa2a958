import { afterAll, expect, test, vi } from 'vitest';
import { logIn, send } from '../client.js';
import { rootFieldsOf } from '../expect.js';
import { insertUser, userPassword } from '../factories.js';
import { useStipend } from '../harness.js';
import { cleanUp, newDatabase, start, stop } from '../start/support.js';
import { type Outcome, outcomeOf, pass, stopClock, tryLogin } from './support.js';

cleanUp();
const t = await useStipend({ LOGIN_FAILURES_PER_ADDRESS: '10000' });
const other = await t.startAnother();
stopClock();
afterAll(() => vi.useRealTimers());

/** How many passwords were looked at and found wrong. */
const evaluated = (outcomes: Outcome[]) => outcomes.filter(({ code }) => code === 'UNAUTHENTICATED').length;

const times = (count: number) => Array.from({ length: count }, (_, index) => index);

test('of 50 tries at once for one account, over two processes, five are looked at, and the wait is no longer for it', async () => {
  await insertUser(t.database, { username: 'paula', role: 'VIEWER' });
  const outcomes = await Promise.all(
    times(50).map((n) => tryLogin(n % 2 ? t.url : other.url, 'paula', `wrong password ${n}`)),
  );
  expect(new Set(outcomes.map(({ code }) => code))).toEqual(new Set(['UNAUTHENTICATED', 'RATE_LIMITED']));
  expect(evaluated(outcomes)).toBe(5);
  expect(await tryLogin(t.url, 'paula', userPassword)).toMatchObject({ retryAfterSeconds: 1 });
  pass(1);
  expect(await tryLogin(t.url, 'paula', userPassword)).toMatchObject({ code: 'OK' });
});

test('40 logins at once with the right password all succeed: none of them is a failure', async () => {
  await insertUser(t.database, { username: 'petros', role: 'VIEWER' });
  const outcomes = await Promise.all(
    times(40).map((n) => tryLogin(n % 2 ? t.url : other.url, 'petros', userPassword)),
  );
  expect(outcomes.filter(({ code }) => code !== 'OK')).toEqual([]);
});

test('tries at once over many accounts from one address end where tries one after the other do', async () => {
  const strict = await t.startAnother({ LOGIN_FAILURES_PER_ADDRESS: '6', TRUSTED_PROXIES: '127.0.0.1' });
  const outcomes = await Promise.all(
    times(40).map((n) => tryLogin(strict.url, `sprayed-${n}`, 'a wrong password', '192.0.2.7')),
  );
  // As many more as hashes are made at once.
  expect(evaluated(outcomes)).toBeLessThanOrEqual(6 + 2);
});

test('a login that succeeds among wrong tries gives nobody more of them than it does alone', async () => {
  await insertUser(t.database, { username: 'pia', role: 'VIEWER' });
  const before = await Promise.all(times(4).map((n) => tryLogin(t.url, 'pia', `wrong password ${n}`)));
  const meanwhile = await Promise.all(
    times(40).map((n) => tryLogin(t.url, 'pia', n === 0 ? userPassword : `wrong password ${n}`)),
  );
  const after = await Promise.all(times(40).map((n) => tryLogin(t.url, 'pia', `another wrong one ${n}`)));
  expect(evaluated([...before, ...meanwhile, ...after])).toBeLessThanOrEqual(4 + 5 + 5);
});

const wrongLogin = (n: number) =>
  `a${n}: login(username: "petra", password: "wrong password ${n}") { token }`;
const documents = {
  'of 500 aliases': `mutation { ${times(500).map(wrongLogin).join(' ')} }`,
  'of 15 aliases': `mutation { ${times(15).map(wrongLogin).join(' ')} }`,
  'of 15 aliases in fragments': `mutation { ...A ...B ... on Mutation { ${wrongLogin(0)} } ... { ${wrongLogin(1)} } }
    fragment A on Mutation { ${times(6)
      .map((n) => wrongLogin(n + 2))
      .join(' ')} ...B }
    fragment B on Mutation { ${times(7)
      .map((n) => wrongLogin(n + 8))
      .join(' ')} }`,
  'that mixes logins with refreshes': `mutation {
    ${times(5)
      .map((n) => `${wrongLogin(n)} r${n}: refreshSession(refreshToken: "${'A'.repeat(43)}") { token }`)
      .join(' ')} }`,
  'that mixes logins with changes of the password': `mutation {
    ${times(5)
      .map(
        (n) =>
          `c${n}: changePassword(currentPassword: "wrong password ${n}", newPassword: "a new password") { token } ${wrongLogin(n)}`,
      )
      .join(' ')} }`,
  'with @include on each': `mutation ($yes: Boolean = true) {
    ${times(15)
      .map((n) => wrongLogin(n).replace(' {', ' @include(if: $yes) {'))
      .join(' ')} }`,
};

test.each(Object.entries(documents))('a document %s tries one password at most', async (_, document) => {
  await t.database.sql('DELETE FROM rate_limits');
  const before = t.statements.length;
  const answer = await t.gql(document, {}, t.viewer);
  expect(rootFieldsOf(answer)).toEqual([]);
  expect(answer.text).not.toContain('INTERNAL_SERVER_ERROR');
  const [counted] = await t.database.sql<{ attempts: number }>(
    `SELECT coalesce(sum(points), 0)::int AS attempts FROM rate_limits WHERE key LIKE 'guess:%'`,
  );
  expect(counted?.attempts).toBeLessThanOrEqual(1);
  const sent = t.statements.slice(before).join();
  expect(sent, 'no refresh token either, after the password').not.toContain('refresh_tokens');
});

test('a document whose first login succeeds tries no other, and says when to try again', async () => {
  await insertUser(t.database, { username: 'pavel', role: 'VIEWER' });
  const login = (alias: string) =>
    `${alias}: login(username: "pavel", password: "${userPassword}") { token }`;
  const answer = await t.gql(`mutation { ${login('a')} ${login('b')} }`);
  expect(outcomeOf(answer)).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 1 });
  const [row] = await t.database.sql(
    `SELECT count(*)::int FROM sessions JOIN users u ON u.id = user_id WHERE u.username = 'pavel'`,
  );
  expect(row).toEqual({ count: 1 });
});

test('200 logins at once leave other requests answered; those that are too many are told to try again', async () => {
  const { env, ...database } = await newDatabase();
  // All come from one address, whose share they would exceed.
  const server = await start({ ...env, MAX_REQUESTS: '300', MAX_REQUESTS_PER_ADDRESS: '300' });
  const { url } = server;
  await insertUser(database, { username: 'reader', role: 'VIEWER' });
  const token = await logIn(url, 'reader', userPassword);
  const logins = Promise.all(times(200).map((n) => tryLogin(url, `crowd-${n}`, userPassword)));
  const reads = times(50).map(() => send(url, { query: '{ me { username } }', token }));

  const refused = (await Promise.all(reads)).filter(({ errors }) => errors !== undefined);
  expect(refused.map(({ text }) => text)).toEqual([]);
  const outcomes = await logins;
  const answered = outcomes.filter(({ code }) => code === 'UNAUTHENTICATED');
  const sentAway = outcomes.filter(({ code }) => code === 'RATE_LIMITED' || code === 'SERVICE_UNAVAILABLE');
  expect(answered.length).toBeGreaterThan(0);
  expect(answered.length + sentAway.length).toBe(200);
  for (const { retryAfterSeconds } of sentAway) expect(retryAfterSeconds).toBeGreaterThan(0);
  await stop(server);
}, 60_000);
