import { expect, test } from 'vitest';
import { edit, edited, hired } from '../edit-employee/support.js';
import { useStipend } from '../harness.js';

const t = await useStipend();

test.each([
  ['decomposed', 'Zoë Brontë'.normalize('NFD'), 'Zoë Brontë'],
  ['with a zero-width space', 'Zoë\u200bBrontë\u2060', 'ZoëBrontë'],
  ['with a byte order mark', '\ufeffZoë Brontë', 'Zoë Brontë'],
  ['with marks of direction', '\u202aZoë Brontë\u202c\u200e', 'Zoë Brontë'],
  ['with a joiner that its language needs', 'می\u200cنا', 'می\u200cنا'],
  ['of emoji with a joiner', '👩\u200d🚀', '👩\u200d🚀'],
])('a name %s is kept as it looks', async (_how, name, kept) => {
  const { id } = await hired(t);
  expect((await edited(t, { id, version: 1, name })).name).toBe(kept);
});

test.each([
  '\u200b',
  '\u200d\u200d',
  '\ufeff \u00ad',
  '\u3164',
  '\u2800\u2800',
  '\u{e0041}',
  '\u202e',
  '\u00a0',
])('a name of nothing visible is refused: %j', async (nothing) => {
  const { id } = await hired(t);
  for (const field of ['name', 'title', 'department']) {
    const answer = await edit(t, { id, version: 1, [field]: nothing });
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field });
  }
});

test.each(['\u200b', '\u3164', '\u2800', 've\u200bra', 'vera\u00ad', 'ｖｅｒａ', 'VERA'])(
  'the username %j, of nothing visible or like another one, is refused',
  async (username) => {
    const query = `mutation ($username: String!) {
      createUser(input: { username: $username, password: "a password for tests", role: VIEWER }) { user { id } } }`;
    const { errors } = await t.gql(query, { username }, t.admin);
    expect(['BAD_USER_INPUT', 'CONFLICT']).toContain(errors?.[0]?.extensions.code);
  },
);

test.each([
  ['decomposed', 'zoë@bücher.example'.normalize('NFD'), 'zoë@bücher.example'],
  ['in full width', 'ｚｏｅ＠ｅｘａｍｐｌｅ．ｃｏｍ', 'zoe@example.com'],
  ['with zero-width characters', 'zo\u200be\u200d@exam\u00adple.org\ufeff', 'zoe@example.org'],
])('an email address %s is the one that it looks like', async (_how, email, kept) => {
  const { id } = await hired(t);
  expect((await edited(t, { id, version: 1, email })).email).toBe(kept);
  const other = await hired(t);
  const answer = await edit(t, { id: other.id, version: 1, email: kept.toUpperCase() });
  expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'CONFLICT', field: 'email' });
});
