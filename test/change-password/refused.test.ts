import { expect, test } from 'vitest';
import { expectCode } from '../expect.js';
import { userPassword } from '../factories.js';
import { useStipend } from '../harness.js';
import { canLogIn, goodPassword, storedUser } from '../users/support.js';

const t = await useStipend();

function changePassword(currentPassword: string, newPassword: string, by: { token: string } | undefined) {
  const query =
    'mutation ($currentPassword: String!, $newPassword: String!) { changePassword(currentPassword: $currentPassword, newPassword: $newPassword) { token } }';
  return t.gql(query, { currentPassword, newPassword }, by);
}

async function expectRefused(currentPassword: string, newPassword: string, field: string): Promise<void> {
  const before = await storedUser(t, 'vera');
  const answer = await changePassword(currentPassword, newPassword, t.viewer);
  expectCode(answer, 'BAD_USER_INPUT', { field });
  expect(await storedUser(t, 'vera')).toEqual(before);
  expect((await t.gql('{ me { id } }', {}, t.viewer)).status, 'and ends no session').toBe(200);
}

test('a wrong current password is BAD_USER_INPUT, and changes nothing', async () => {
  for (const wrong of ['not the password', `${userPassword} `, userPassword.toUpperCase()]) {
    await expectRefused(wrong, goodPassword, 'currentPassword');
  }
  expect(await canLogIn(t.url, 'vera', userPassword)).toBe(true);
});

test('the answer to a wrong current password says why in a form for programs', async () => {
  const { errors } = await changePassword('not the password', goodPassword, t.admin);
  expect(errors?.[0]?.extensions).toEqual({
    code: 'BAD_USER_INPUT',
    field: 'currentPassword',
    reason: 'WRONG_PASSWORD',
  });
});

test.each(['', 'only eleven', 'x'.repeat(129), 'qwerty123456', 'a lone \ud800 surrogate'])(
  'the new password %j is BAD_USER_INPUT, and changes nothing',
  async (newPassword) => {
    await expectRefused(userPassword, newPassword, 'newPassword');
  },
);

test('the username is BAD_USER_INPUT as a new password', async () => {
  const account = await t.account('veronica-vogel', 'VIEWER');
  const answer = await changePassword(userPassword, 'Veronica-Vogel', account);
  expectCode(answer, 'BAD_USER_INPUT', { field: 'newPassword' });
});

test('nobody changes a password without being logged in', async () => {
  const answer = await changePassword(userPassword, goodPassword, undefined);
  expectCode(answer, 'UNAUTHENTICATED');
});

test('neither password comes back in an answer or in a log line', async () => {
  const { text } = await changePassword('not the password 12345', 'short-12345', t.viewer);
  expect(text + t.logLines.join('')).not.toMatch(/12345|a password for tests/);
});
