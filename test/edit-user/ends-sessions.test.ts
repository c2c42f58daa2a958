import { beforeEach, expect, test } from 'vitest';
import { send } from '../client.js';
import { expectData } from '../expect.js';
import { insertEmployee, userPassword } from '../factories.js';
import { useStipend } from '../harness.js';
import { untilStatus } from '../keys/support.js';
import { editUser, goodPassword } from '../users/support.js';

const t = await useStipend();
const other = await t.startAnother();
const urls = [t.url, other.url];
let counter = 0;

beforeEach(() => {
  counter += 1;
});

/** Somebody whose session both processes have in memory. */
async function somebody(role: 'ADMIN' | 'VIEWER') {
  const username = `user-${counter}`;
  const account = await t.account(username, role);
  const { data } = await t.gql(
    'mutation ($username: String!, $password: String!) { login(username: $username, password: $password) { token refreshToken } }',
    { username, password: userPassword },
  );
  const { token, refreshToken } = data.login;
  await Promise.all(urls.map((url) => untilStatus(url, token, 200)));
  return { id: account.id, token, refreshToken };
}

async function refreshes(refreshToken: string): Promise<boolean> {
  const query = 'mutation ($refreshToken: String!) { refreshSession(refreshToken: $refreshToken) { token } }';
  return (await t.gql(query, { refreshToken })).data?.refreshSession != null;
}

test.each([
  { edit: 'another role', role: 'ADMIN', input: { role: 'VIEWER' } },
  { edit: 'more rights', role: 'VIEWER', input: { role: 'ADMIN' } },
  { edit: 'a new password', role: 'VIEWER', input: { newPassword: goodPassword } },
  { edit: 'being disabled', role: 'VIEWER', input: { disabled: true } },
] as const)(
  '$edit ends every token of the user, at once here and within a second on every process',
  async ({ role, input }) => {
    const { id, token, refreshToken } = await somebody(role);
    expectData(await editUser(t, { id, ...input }));
    expect((await send(t.url, { query: '{ me { id } }', token })).status, 'the very next request').toBe(401);
    await untilStatus(other.url, token, 401);
    expect(await refreshes(refreshToken)).toBe(false);
  },
);

test('a user who is enabled again has to log in: what was ended stays so', async () => {
  const { id, token, refreshToken } = await somebody('VIEWER');
  await editUser(t, { id, disabled: true });
  await editUser(t, { id, disabled: false });
  for (const url of urls) await untilStatus(url, token, 401);
  expect(await refreshes(refreshToken)).toBe(false);
});

test('being tied to an employee ends no session', async () => {
  const { id, token } = await somebody('VIEWER');
  await editUser(t, { id, employeeId: await insertEmployee(t.database) });
  for (const url of urls) await untilStatus(url, token, 200);
});

test('an admin who resets the own password ends the own session by it', async () => {
  const self = await somebody('ADMIN');
  await editUser(t, { id: self.id, newPassword: goodPassword }, self);
  await untilStatus(t.url, self.token, 401);
});
