import { beforeEach, expect, test } from 'vitest';
import { expectCode, expectData } from '../expect.js';
import { insertUser } from '../factories.js';
import { type Account, useStipend } from '../harness.js';
import { editUser, faultOf, storedUsers } from '../users/support.js';

const t = await useStipend();
const other = await t.startAnother();

async function enabledAdmins(): Promise<string[]> {
  const admins = (await storedUsers(t)).filter(({ role, disabled_at }) => role === 'ADMIN' && !disabled_at);
  return admins.map(({ username }) => username);
}

beforeEach(async () => {
  await t.database.sql(`UPDATE users SET role = 'ADMIN', disabled_at = NULL WHERE id = $1`, [t.admin.id]);
  await t.database.sql(`UPDATE users SET role = 'VIEWER' WHERE role = 'ADMIN' AND id <> $1`, [t.admin.id]);
});

test.each([{ role: 'VIEWER' }, { role: 'EMPLOYEE' }, { disabled: true }, { role: 'VIEWER', disabled: true }])(
  'for the last admin, %j is CONFLICT and changes nothing',
  async (input) => {
    const before = await storedUsers(t);
    expectCode(await editUser(t, { id: t.admin.id, ...input }), 'CONFLICT');
    expect(await storedUsers(t)).toEqual(before);
    expect((await t.gql('{ me { id } }', {}, t.admin)).status, 'and ends no session').toBe(200);
  },
);

test('a disabled admin does not count as one who would be left', async () => {
  const id = await insertUser(t.database, { username: 'asleep', role: 'ADMIN' });
  await editUser(t, { id, disabled: true });
  expectCode(await editUser(t, { id: t.admin.id, role: 'VIEWER' }), 'CONFLICT');
  await editUser(t, { id, disabled: false });
  expectData(await editUser(t, { id: t.admin.id, role: 'VIEWER' }));
  expect(await enabledAdmins()).toEqual(['asleep']);
});

test('two admins who end each other at once, on two processes, never leave none: in every round one stays', async () => {
  const names = Array.from({ length: 20 }, (_, round) => [`left-${round}`, `right-${round}`]);
  for (const [round, [left = '', right = '']] of names.entries()) {
    const [one, two]: Account[] = [await t.account(left, 'ADMIN'), await t.account(right, 'ADMIN')];
    await t.database.sql(`UPDATE users SET role = 'VIEWER' WHERE id <> ALL($1)`, [[one?.id, two?.id]]);
    const change = round % 2 ? { role: 'VIEWER' } : { disabled: true };
    const answers = await Promise.all([
      editUser(t, { id: two?.id, ...change }, one),
      editUser({ ...t, url: other.url }, { id: one?.id, ...change }, two),
    ]);
    expect(await enabledAdmins(), `round ${round}`).toHaveLength(1);
    const codes = answers.map((answer) => faultOf(answer).code);
    expect(codes.filter((code) => code === undefined)).toHaveLength(1);
  }
});

test('ten admins who all step down at once leave one', async () => {
  const admins = await Promise.all(
    Array.from({ length: 10 }, (_, n) => t.account(`stepping-down-${n}`, 'ADMIN')),
  );
  await t.database.sql(`UPDATE users SET role = 'VIEWER' WHERE username NOT LIKE 'stepping-down-%'`);
  const answers = await Promise.all(admins.map((self) => editUser(t, { id: self.id, role: 'VIEWER' }, self)));
  expect(await enabledAdmins()).toHaveLength(1);
  expect(answers.filter((answer) => faultOf(answer).code === 'CONFLICT')).toHaveLength(1);
});
