import { afterAll, expect, test, vi } from 'vitest';
import { insertUser, userPassword } from '../factories.js';
import { useStipend } from '../harness.js';
import { outcomeOf, pass, stopClock, tryLogin } from './support.js';

const t = await useStipend({ LOGIN_FAILURES_PER_ADDRESS: '10000' });
const other = await t.startAnother();
stopClock();
afterAll(() => vi.useRealTimers());

/** How many passwords were looked at and found wrong. */
async function failures(): Promise<number> {
  const [row] = await t.database.sql<{ count: number }>(
    `SELECT count(*)::int FROM audit_entries WHERE action = 'login.failed'`,
  );
  return row?.count ?? 0;
}

async function evaluatedBy(work: () => Promise<unknown>): Promise<number> {
  const before = await failures();
  await work();
  return (await failures()) - before;
}

const times = (count: number) => Array.from({ length: count }, (_, index) => index);

test('of 50 tries at once for one account, over two processes, five are looked at, and the wait is no longer for it', async () => {
  await insertUser(t.database, { username: 'paula', role: 'VIEWER' });
  const evaluated = await evaluatedBy(async () => {
    const outcomes = await Promise.all(
      times(50).map((n) => tryLogin(n % 2 ? t.url : other.url, 'paula', `wrong password ${n}`)),
    );
    expect(new Set(outcomes.map(({ code }) => code))).toEqual(new Set(['UNAUTHENTICATED', 'RATE_LIMITED']));
  });
  expect(evaluated).toBe(5);
  expect(await tryLogin(t.url, 'paula', userPassword)).toMatchObject({ retryAfterSeconds: 1 });
  pass(1);
  expect(await tryLogin(t.url, 'paula', userPassword)).toMatchObject({ code: 'OK' });
});

test('a login that succeeds amid wrong tries gives nobody more of them than it does alone', async () => {
  await insertUser(t.database, { username: 'pia', role: 'VIEWER' });
  const evaluated = await evaluatedBy(async () => {
    await Promise.all(times(4).map((n) => tryLogin(t.url, 'pia', `wrong password ${n}`)));
    await Promise.all(
      times(40).map((n) => tryLogin(t.url, 'pia', n === 0 ? userPassword : `wrong password ${n}`)),
    );
  });
  const after = await evaluatedBy(() =>
    Promise.all(times(40).map((n) => tryLogin(t.url, 'pia', `another wrong one ${n}`))),
  );
  expect(evaluated + after).toBeLessThanOrEqual(4 + 5 + 5);
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
  pass(86_400);
  const attempts = await evaluatedBy(async () => {
    const answer = await t.gql(document, {}, t.viewer);
    expect(answer.data ?? null, 'every root field is non-null').toBeNull();
    expect(answer.text).not.toContain('INTERNAL_SERVER_ERROR');
  });
  expect(attempts).toBeLessThanOrEqual(1);
  const [row] = await t.database.sql(`SELECT 1 FROM audit_entries WHERE action = 'refresh.failed'`);
  expect(row, 'no refresh token either, after the password').toBeUndefined();
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
