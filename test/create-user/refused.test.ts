import { randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { expectCode, expectData } from '../expect.js';
import { insertEmployee } from '../factories.js';
import { useStipend } from '../harness.js';
import { canLogIn, createUser, faultOf, goodPassword, storedUsers } from '../users/support.js';

const t = await useStipend();
let counter = 0;

beforeEach(() => {
  counter += 1;
});

/** Expects the refusal, and that nothing was written. */
async function expectRefused(input: object, code: string, field: string): Promise<void> {
  const before = await storedUsers(t);
  const answer = await createUser(t, {
    username: `user-${counter}`,
    password: goodPassword,
    role: 'VIEWER',
    ...input,
  });
  expectCode(answer, code, { field });
  expect(await storedUsers(t)).toEqual(before);
}

test.each([
  { taken: 'Straße', names: ['STRASSE', 'strasse', 'STRAẞE', 'ｓｔｒａｓｓｅ', 'Straße'] },
  { taken: 'Müller', names: ['MÜLLER', 'mu\u0308ller', 'ＭÜller'] },
  {
    taken: 'William',
    names: ['WILLIAM', 'Ｗｉｌｌｉａｍ', 'wıllıam', '𝓌illiam', 'willⅰam', 'wi\u217c\u217ciam'],
  },
  { taken: 'Ισίδωρος', names: ['ΙΣΊΔΩΡΟΣ', 'ισίδωροσ'] },
  { taken: 'kelvin', names: ['\u212Aelvin', 'ＫＥＬＶＩＮ'] },
  { taken: 'office', names: ['oﬃce', 'OFFICE', 'ｏﬀice'] },
  { taken: 'İpek', names: ['i\u0307pek', 'I\u0307PEK'] },
  { taken: 'カタカナ', names: ['ｶﾀｶﾅ'] },
])('a name that differs from $taken by case or width alone is CONFLICT', async ({ taken, names }) => {
  const first = await createUser(t, { username: taken, password: goodPassword, role: 'VIEWER' });
  expectData(first);
  for (const username of names) {
    await expectRefused({ username }, 'CONFLICT', 'username');
    expect(await canLogIn(t.url, username, goodPassword), 'it is the same user').toBe(true);
  }
});

test('of many who take one name at once, in all its forms, one gets it', async () => {
  const forms = ['racer', 'RACER', 'Racer', 'ｒａｃｅｒ', 'ＲＡＣＥＲ', 'rAcEr', 'racer ', ' racer'];
  const answers = await Promise.all(
    forms.map((username) => createUser(t, { username, password: goodPassword, role: 'VIEWER' })),
  );
  const codes = answers.map((answer) => faultOf(answer).code);
  expect(codes.filter((code) => code === undefined)).toHaveLength(1);
  expect(codes.filter((code) => code === 'CONFLICT')).toHaveLength(forms.length - 1);
});

test.each([
  '',
  '   ',
  'a b',
  'a\tb',
  'a\u00a0b',
  'a\u3000b',
  'ad\u200bmin',
  'admin\u200d',
  'ad\ufeffmin',
  'adm\u00adin',
  'admin\u2060',
  'admin\u3164',
  'admin\uffa0',
  'admin\u2800',
  'admin\ufe0f',
  '\u202eadmin',
  'a\u0000b',
  'a\u0007b',
  'a\ud800b',
  'a\ue000b',
  'x'.repeat(101),
  '\ufdfa'.repeat(50),
])('the name %j is BAD_USER_INPUT', async (username) => {
  await expectRefused({ username }, 'BAD_USER_INPUT', 'username');
});

test.each([
  { kind: 'empty', password: '' },
  { kind: '11 characters', password: 'only eleven' },
  { kind: '11 emoji, which are 22 UTF-16 units', password: '🐢🦆🐝🐛🦋🐌🐞🐜🦗🕷🦂' },
  { kind: '129 characters', password: `${'long '.repeat(25)}ends` },
  { kind: '129 emoji', password: '🦆'.repeat(129) },
  { kind: 'far too long', password: 'x'.repeat(20_000) },
  { kind: 'of the most common, "password1234"', password: 'password1234' },
  { kind: 'of the most common, "123456789012"', password: '123456789012' },
  { kind: 'of the most common, in other case', password: 'QwErTy123456' },
  { kind: 'with NUL in it', password: 'a good\u0000 password' },
  { kind: 'with a lone surrogate in it', password: 'a good \ud800 password' },
])('a password that is $kind is BAD_USER_INPUT, and not repeated', async ({ password }) => {
  await expectRefused({ password }, 'BAD_USER_INPUT', 'password');
  if (password.length > 20) {
    const { text } = await createUser(t, { username: 'x', password, role: 'VIEWER' });
    expect(text).not.toContain(password.slice(0, 20));
  }
});

test.each(['the-very-same-name', 'The-Very-Same-Name', 'ｔｈｅ-very-same-name'])(
  'a password that is the username, as in %j, is BAD_USER_INPUT',
  async (password) => {
    await expectRefused({ username: 'the-very-same-name', password }, 'BAD_USER_INPUT', 'password');
  },
);

test('an employee who does not exist is NOT_FOUND, and one who is a user already CONFLICT', async () => {
  await expectRefused({ employeeId: randomUUID() }, 'NOT_FOUND', 'employeeId');
  await expectRefused({ employeeId: t.employee.employeeId }, 'CONFLICT', 'employeeId');
  for (const employeeId of ['', 'x', `${t.employee.employeeId}'--`]) {
    await expectRefused({ employeeId }, 'BAD_USER_INPUT', 'employeeId');
  }
});

test('of many users who are tied to one employee at once, one is', async () => {
  const employeeId = await insertEmployee(t.database, {});
  const answers = await Promise.all(
    Array.from({ length: 6 }, (_, n) =>
      createUser(t, { username: `tied-${n}`, password: goodPassword, role: 'EMPLOYEE', employeeId }),
    ),
  );
  const codes = answers.map((answer) => faultOf(answer).code);
  expect(codes.filter((code) => code === undefined)).toHaveLength(1);
  expect(codes.filter((code) => code === 'CONFLICT')).toHaveLength(5);
});

test.each(['OWNER', 'admin', null, 1])('the role %j is no role', async (role) => {
  const before = await storedUsers(t);
  expectCode(await createUser(t, { username: 'roleless', password: goodPassword, role }), 'BAD_USER_INPUT');
  expect(await storedUsers(t)).toEqual(before);
});
