import pg from 'pg';
import { expect, test } from 'vitest';
import { type Answer, post, send } from '../client.js';
import { expectCode } from '../expect.js';
import { insertUser, userPassword } from '../factories.js';
import { adminPassword, useStipend } from '../harness.js';
import { expectRefusal, readEverything } from '../invariants.js';
import { loginMutation, openSession, withinASecond } from '../sessions/support.js';

const t = await useStipend({ LOGIN_FAILURES_PER_ADDRESS: '10000' });
const hashed = 'a password that is hashed in full';
const create = 'mutation ($input: CreateUserInput!) { createUser(input: $input) { user { id } } }';

/** Makes a user whose password has a hash as strong as any. */
async function makeUser(username: string): Promise<string> {
  const { data } = await t.gql(create, { input: { username, password: hashed, role: 'VIEWER' } }, t.admin);
  return data.createUser.user.id;
}

const logIn = (username: unknown, password: unknown) => t.gql(loginMutation, { username, password });
const disable = (id: string) => t.database.sql('UPDATE users SET disabled_at = now() WHERE id = $1', [id]);

/** All that a client can tell one answer from another by, but for what is new in every answer. */
const shown = ({ status, headers, text }: Answer) =>
  JSON.stringify([status, [...headers].filter(([name]) => name !== 'date' && name !== 'x-request-id'), text]);

test('an unknown user, a wrong password and a disabled user get the same answer, byte for byte', async () => {
  await makeUser('known');
  await disable(await makeUser('disabled'));
  const answers = [
    await logIn('known', 'not the password of this user'),
    await logIn('nobody', 'not the password of this user'),
    await logIn('nobody', hashed),
    await logIn('disabled', hashed),
    await logIn('disabled', 'not the password of this user'),
    await logIn('known', ''),
    await logIn('', ''),
  ];
  expect(new Set(answers.map(shown)).size).toBe(1);
  for (const answer of answers) {
    expect(expectCode(answer, 'UNAUTHENTICATED').extensions).toEqual({ code: 'UNAUTHENTICATED' });
  }
});

test('an unknown and a disabled user cost as much work as a wrong password: a hash', async () => {
  await makeUser('worked-for');
  await disable(await makeUser('worked-for-and-disabled'));
  const workOf = async (username: string, password: string) => {
    const works: number[] = [];
    for (let tries = 0; tries < 3; tries++) {
      const before = process.cpuUsage();
      await logIn(username, password);
      const { user, system } = process.cpuUsage(before);
      works.push(user + system);
    }
    return Math.min(...works);
  };
  const wrong = await workOf('worked-for', 'not the password of this user');
  const none = await workOf('nobody-at-all', 'not the password of this user');
  const disabled = await workOf('worked-for-and-disabled', hashed);
  // A hash is nearly all of the work: without one, a login takes a small part of it.
  for (const work of [none, disabled]) {
    expect(work / wrong).toBeGreaterThan(0.35);
    expect(work / wrong).toBeLessThan(3);
  }
});

const long = 'x'.repeat(60_000);

test.each([
  ['NUL in the name', 'ad\0min', adminPassword, 'username'],
  ['NUL in the password', 'admin', `${adminPassword}\0`, 'password'],
  ['a lone surrogate in the name', 'admin\ud800', adminPassword, 'username'],
  ['a lone surrogate in the password', 'admin', `\udc00${adminPassword}`, 'password'],
  ['a control character in the name', 'admin\u001b[2J', adminPassword, 'username'],
  ['a name of 101 characters', 'x'.repeat(101), adminPassword, 'username'],
  ['a name of 60,000 characters', long, adminPassword, 'username'],
  ['a password of 60,000 characters', 'admin', long, 'password'],
])('%s is BAD_USER_INPUT, and leaves no trace', async (_what, username, password, field) => {
  await expectRefusal(t.database, () => logIn(username, password), { code: 'BAD_USER_INPUT', field });
});

test.each([
  ['null', null],
  ['a number', 5],
  ['a list', ['admin']],
  ['an object', { equals: 'admin' }],
  ['nothing', undefined],
])('%s as a name or a password is BAD_USER_INPUT', async (_what, value) => {
  for (const variables of [
    { username: value, password: adminPassword },
    { username: 'admin', password: value },
  ]) {
    const answer = await t.gql(loginMutation, variables);
    expectCode(answer, 'BAD_USER_INPUT');
    expect(answer.status).toBeLessThan(500);
  }
});

test.each([
  ["' OR 1=1 --"],
  ['%'],
  ['*)(uid=*'],
  ['../../etc/passwd'],
  ['__proto__'],
  ['ﷺ'.repeat(100)],
  ['👩‍👩‍👧‍👦'.repeat(9)],
  ['\u202eadmin'],
  ['admin\u200b'],
  ['i̇'.repeat(50)],
])('the name %s is nobody', async (username) => {
  const answer = await logIn(username, adminPassword);
  expectCode(answer, 'UNAUTHENTICATED');
});

test('a login that is larger than a request may be is refused', async () => {
  const query = JSON.stringify({ query: loginMutation, variables: { username: 'x'.repeat(1_000_000) } });
  const answer = await post(t.url, query);
  expect(answer.status).toBe(413);
  expectCode(answer, 'BAD_USER_INPUT');
});

test('a failed login is an audit entry without what was typed, and no session', async () => {
  const id = await makeUser('failing');
  const before = await readEverything(t.database);
  await logIn('failing', 'typed as a password');
  await logIn('typed as a name', 'typed as a password');
  const failures = () =>
    t.database.sql(`SELECT actor_id, subject, ip FROM audit_entries WHERE action = 'login.failed'`);
  const failure = { actor_id: null, ip: '127.0.0.1' };
  // The one for no user may have been written by a test before.
  await expect.poll(failures, { interval: 5, timeout: 15_000 }).toEqual(
    expect.arrayContaining([
      { ...failure, subject: id },
      { ...failure, subject: null },
    ]),
  );
  const written = (await readEverything(t.database)).filter((row) => !before.includes(row));
  expect(written.join('\n')).not.toContain('typed');
  expect(written.filter((row) => row.startsWith('sessions'))).toEqual([]);
});

test.each([
  ['disabled', 'UPDATE users SET disabled_at = now() WHERE id = $1'],
  ['given another password', `UPDATE users SET password_hash = 'another' WHERE id = $1`],
])('a user who is %s while the password is looked at gets no session', async (how, change) => {
  const username = `racing-${how.length}`;
  const id = await insertUser(t.database, { username, role: 'ADMIN' });
  const editor = new pg.Client({ connectionString: t.database.url });
  await editor.connect();
  try {
    await editor.query('BEGIN');
    await editor.query(change, [id]);
    const answer = send(t.url, {
      query: loginMutation,
      variables: { username, password: userPassword },
    });
    expect(await withinASecond(() => somebodyWaits())).toBe(true);
    await editor.query('COMMIT');
    expectCode(await answer, 'UNAUTHENTICATED');
  } finally {
    await editor.end();
  }
  expect(await t.database.sql('SELECT 1 FROM sessions WHERE user_id = $1', [id])).toEqual([]);
});

/** @returns whether a statement in this database waits for another's transaction */
async function somebodyWaits(): Promise<boolean> {
  const waiting = await t.database.sql(
    `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return waiting.length > 0;
}

test('after all of that a right password still logs in', async () => {
  await openSession(t.url, 'admin', adminPassword);
  expect(t.logLines.filter((line) => line.includes('"level":50'))).toEqual([]);
});
