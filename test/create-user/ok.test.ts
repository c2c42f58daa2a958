import { expect, test } from 'vitest';
import { expectCode, expectData } from '../expect.js';
import { insertEmployee } from '../factories.js';
import { useStipend } from '../harness.js';
import { canLogIn, createUser, goodPassword, storedUser } from '../users/support.js';

const t = await useStipend();
const withDefaultCost = await useStipend({}, { passwordCost: undefined });

test.each(['ADMIN', 'VIEWER', 'EMPLOYEE'] as const)('a new %s can log in at once', async (role) => {
  const username = `new-${role.toLowerCase()}`;
  const { data } = await createUser(t, { username, password: goodPassword, role });
  const { user } = data.createUser;
  expect(user).toMatchObject({ username, role, admin: role === 'ADMIN', disabledAt: null, employee: null });
  expect(await canLogIn(t.url, username, goodPassword)).toBe(true);
  expect(await canLogIn(t.url, username.toUpperCase(), goodPassword), 'in other case').toBe(true);
});

test('a new user may be an employee, and reads that record', async () => {
  const employeeId = await insertEmployee(t.database, { name: 'Tied' });
  const input = { username: 'tied', password: goodPassword, role: 'EMPLOYEE', employeeId };
  const { data } = await createUser(t, input);
  expect(data.createUser.user.employee).toEqual({ id: employeeId });
});

test('only an Argon2id hash of the password is kept, of at least 19 MiB, two passes and one lane', async () => {
  for (const username of ['twin-one', 'twin-two']) {
    await createUser(withDefaultCost, { username, password: goodPassword, role: 'VIEWER' });
  }
  const one = await storedUser(withDefaultCost, 'twin-one');
  const two = await storedUser(withDefaultCost, 'twin-two');
  const hash = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$/.exec(one.password_hash);
  const [memory = 0, passes = 0, lanes = 0] = (hash ?? []).slice(1).map(Number);
  expect(memory).toBeGreaterThanOrEqual(19 * 1024);
  expect(passes).toBeGreaterThanOrEqual(2);
  expect(lanes).toBeGreaterThanOrEqual(1);
  expect(one.password_hash, 'each with a salt of its own').not.toBe(two.password_hash);
});

const tail = 'x'.repeat(100);
test.each([
  { kind: '12 characters', password: 'twelve chars' },
  { kind: '12 emoji, which are 24 UTF-16 units', password: '🐢🦆🐝🐛🦋🐌🐞🐜🦗🕷🦂🦟' },
  { kind: '128 characters', password: `${'long '.repeat(25)}end` },
  { kind: '128 emoji, which are 512 bytes', password: '🦆🐝'.repeat(64) },
  { kind: 'no digit, no upper case and no sign', password: 'onlylowercaseletters' },
  {
    kind: 'white space at both ends',
    password: '  spaces around  ',
    others: ['spaces around', '  spaces around'],
  },
  { kind: 'more than 72 bytes', password: `${tail}a`, others: [`${tail}b`, tail.slice(0, 72)] },
  { kind: 'a letter in two forms', password: 'caf\u00e9 au lait 12', others: ['CAFÉ AU LAIT 12'] },
])('a password of $kind is taken as it stands', async ({ kind, password, others = [] }) => {
  const username = `with-${kind.replaceAll(/[^a-z0-9]/g, '-')}`;
  const answer = await createUser(t, { username, password, role: 'VIEWER' });
  expectData(answer);
  for (const other of [...others, ` ${password}`, `${password} `]) {
    expect(await canLogIn(t.url, username, other), other).toBe(false);
  }
  expect(await canLogIn(t.url, username, password)).toBe(true);
});

test('creating a user is an audit entry by the admin, which says what but not the password', async () => {
  const { data } = await createUser(t, { username: 'audited', password: goodPassword, role: 'VIEWER' });
  const rows = await t.database.sql('SELECT * FROM audit_entries WHERE subject = $1', [
    data.createUser.user.id,
  ]);
  expect(rows).toMatchObject([
    {
      action: 'user.created',
      actor_id: t.admin.id,
      ip: '127.0.0.1',
      changes: [
        { field: 'username', before: null, after: 'audited' },
        { field: 'role', before: null, after: 'VIEWER' },
      ],
    },
  ]);
});

test.each(['viewer', 'employee'] as const)('the %s may not create users', async (who) => {
  const input = { username: 'never', password: goodPassword, role: 'ADMIN' };
  expectCode(await createUser(t, input, t[who]), 'FORBIDDEN');
  await expect(storedUser(t, 'never')).rejects.toThrow();
});
