import { expect, test } from 'vitest';
import { send } from '../client.js';
import { useStipend } from '../harness.js';
import { openSession } from '../sessions/support.js';

const t = await useStipend();
const createUser = `mutation ($username: String!, $password: String!) {
  createUser(input: { username: $username, password: $password, role: VIEWER }) { user { id } } }`;

/** One password, as several keyboards write it: composed, decomposed, in full width. */
const spellings = ['Zürich Café 12345', 'Zürich Café 12345'.normalize('NFD'), 'Ｚürich　Café　１２３４５'];

test.each(spellings)('a password set as %j logs in however it is written', async (password) => {
  const username = `speller${spellings.indexOf(password)}`;
  const answer = await t.gql(createUser, { username, password }, t.admin);
  expect(answer.errors).toBeUndefined();
  for (const spelling of spellings) await openSession(t.url, username, spelling);
  await expect(openSession(t.url, username, 'Zurich Cafe 12345')).rejects.toThrow('UNAUTHENTICATED');
});

test('a password is changed by any spelling of the current one, and to one that logs in by any', async () => {
  await t.gql(createUser, { username: 'changer', password: spellings[0] }, t.admin);
  const { token } = await openSession(t.url, 'changer', spellings[0]);
  const query = `mutation ($old: String!, $new: String!) { changePassword(currentPassword: $old, newPassword: $new) { token } }`;
  const variables = { old: spellings[1], new: 'naïve naïve naïve'.normalize('NFD') };
  expect((await send(t.url, { query, variables, token })).errors).toBeUndefined();
  await openSession(t.url, 'changer', 'naïve naïve naïve'.normalize('NFC'));
});

test('what is too short in its normalized form is refused', async () => {
  // Twelve characters that are six.
  const answer = await t.gql(
    createUser,
    { username: 'short', password: 'é'.repeat(6).normalize('NFD') },
    t.admin,
  );
  expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'password' });
});
