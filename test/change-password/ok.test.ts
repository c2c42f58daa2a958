import { beforeEach, expect, test } from 'vitest';
import { send } from '../client.js';
import { expectCode, expectData } from '../expect.js';
import { userPassword } from '../factories.js';
import { useStipend } from '../harness.js';
import { countLockWaiters, duringTransaction } from '../issue-payment/support.js';
import { statusWith, untilStatus } from '../keys/support.js';
import { canLogIn, goodPassword } from '../users/support.js';

const t = await useStipend();
const other = await t.startAnother();
const pair = 'token expiresAt refreshToken refreshExpiresAt user { username role }';
let username = '';
let counter = 0;

interface Pair {
  token: string;
  refreshToken: string;
}

async function logInPair(): Promise<Pair> {
  const query = `mutation ($username: String!, $password: String!) { login(username: $username, password: $password) { ${pair} } }`;
  return (await t.gql(query, { username, password: userPassword })).data.login;
}

async function changePassword(by: { token: string }) {
  const query = `mutation ($old: String!, $new: String!) { changePassword(currentPassword: $old, newPassword: $new) { ${pair} } }`;
  return t.gql(query, { old: userPassword, new: goodPassword }, by);
}

async function refresh(refreshToken: string): Promise<Pair | undefined> {
  const query = `mutation ($refreshToken: String!) { refreshSession(refreshToken: $refreshToken) { ${pair} } }`;
  return (await send(t.url, { query, variables: { refreshToken } })).data?.refreshSession ?? undefined;
}

beforeEach(async () => {
  counter += 1;
  username = `carla-${counter}`;
  await t.account(username, 'VIEWER');
});

test('from then on the new password logs in, and the old one does not', async () => {
  expectData(await changePassword(await logInPair()));
  expect(await canLogIn(t.url, username, userPassword)).toBe(false);
  expect(await canLogIn(t.url, username, goodPassword)).toBe(true);
});

test('the answer is a new pair that works, of a session that is new', async () => {
  const { data } = await changePassword(await logInPair());
  const given = data.changePassword;
  expect(given.user).toEqual({ username, role: 'VIEWER' });
  expect(Date.parse(given.expiresAt)).toBe(t.clock.now().getTime() + 8 * 3_600_000);
  expect(await statusWith(t.url, given.token)).toBe(200);
  const sessions = await t.gql('{ sessions { current } }', {}, given);
  expect(sessions.data.sessions, 'the only one').toEqual([{ current: true }]);
  const refreshed = await refresh(given.refreshToken);
  expect(refreshed && (await statusWith(t.url, refreshed.token))).toBe(200);
});

test('every other session ends, the old token too, at once here and within a second on every process', async () => {
  const [mine, elsewhere] = [await logInPair(), await logInPair()];
  for (const { token } of [mine, elsewhere]) await untilStatus(other.url, token, 200);
  await changePassword(mine);
  for (const { token, refreshToken } of [mine, elsewhere]) {
    expect(await statusWith(t.url, token), 'the very next request').toBe(401);
    await untilStatus(other.url, token, 401);
    expect(await refresh(refreshToken)).toBeUndefined();
  }
});

test('of two changes at once one is made, and the other one fails', async () => {
  const [one, two] = [await logInPair(), await logInPair()];
  const answers = await Promise.all([changePassword(one), changePassword(two)]);
  expect(answers.filter(({ data }) => data?.changePassword)).toHaveLength(1);
  expect(await canLogIn(t.url, username, goodPassword)).toBe(true);
});

test.each(['admin', 'viewer', 'employee'] as const)('the %s may', async (who) => {
  const query = `mutation { changePassword(currentPassword: "not mine at all", newPassword: "${goodPassword}") { token } }`;
  expectCode(await t.gql(query, {}, t[who]), 'BAD_USER_INPUT', { field: 'currentPassword' });
});

test('whoever gets another role meanwhile gets tokens with that one', async () => {
  const { id, token } = await t.account(`demoted-${counter}`, 'ADMIN');
  let changing: ReturnType<typeof changePassword> | undefined;
  await duringTransaction(t, `UPDATE users SET role = 'VIEWER' WHERE id = '${id}'`, async () => {
    changing = changePassword({ token });
    await expect.poll(() => countLockWaiters(t), { interval: 5, timeout: 15_000 }).toBe(1);
  });
  const { token: newToken, user } = (await changing)?.data.changePassword ?? {};
  expect(user.role).toBe('VIEWER');
  expect(JSON.parse(Buffer.from(newToken.split('.')[1], 'base64url').toString()).admin).toBe(false);
});
