import { expect, test } from 'vitest';
import { expectCode } from '../expect.js';
import { insertEmployee, userPassword } from '../factories.js';
import { useStipend } from '../harness.js';
import { canLogIn, editUser, goodPassword, storedUser, storedUsers } from '../users/support.js';

const t = await useStipend();

test('a role is changed, and no other field with it', async () => {
  const { id } = await t.account('rita', 'VIEWER');
  const before = await storedUser(t, 'rita');
  const { data } = await editUser(t, { id, role: 'ADMIN' });
  expect(data.editUser.user).toMatchObject({ id, role: 'ADMIN', admin: true, disabledAt: null });
  expect(await storedUser(t, 'rita')).toEqual({ ...before, role: 'ADMIN', updated_at: t.clock.now() });
});

test('a disabled user cannot log in, and can again once enabled', async () => {
  const { id } = await t.account('dora', 'VIEWER');
  const disabled = await editUser(t, { id, disabled: true });
  expect(disabled.data.editUser.user.disabledAt).toBe(t.clock.now().toISOString());
  expect(await canLogIn(t.url, 'dora', userPassword)).toBe(false);
  const enabled = await editUser(t, { id, disabled: false });
  expect(enabled.data.editUser.user.disabledAt).toBeNull();
  expect(await canLogIn(t.url, 'dora', userPassword)).toBe(true);
});

test('a password that is reset replaces the one before', async () => {
  const { id } = await t.account('paul', 'VIEWER');
  await editUser(t, { id, newPassword: goodPassword });
  expect(await canLogIn(t.url, 'paul', userPassword)).toBe(false);
  expect(await canLogIn(t.url, 'paul', goodPassword)).toBe(true);
});

test('a user is tied to an employee, to another, and by null to none', async () => {
  const { id } = await t.account('tina', 'EMPLOYEE');
  const [one, two] = [await insertEmployee(t.database), await insertEmployee(t.database)];
  for (const employeeId of [one, two, null]) {
    const { data } = await editUser(t, { id, employeeId });
    expect(data.editUser.user.employee).toEqual(employeeId === null ? null : { id: employeeId });
  }
});

test('a user who is tied to another employee reads that record at the next request', async () => {
  const [before, after] = [await insertEmployee(t.database), await insertEmployee(t.database)];
  const ties = await t.account('theo', 'EMPLOYEE', before);
  const seen = async () =>
    (await t.gql('{ me { employee { id } } employees { nodes { id } } }', {}, ties)).data;
  expect(await seen()).toEqual({ me: { employee: { id: before } }, employees: { nodes: [{ id: before }] } });
  await editUser(t, { id: ties.id, employeeId: after });
  expect(await seen()).toEqual({ me: { employee: { id: after } }, employees: { nodes: [{ id: after }] } });
});

test('several fields are changed together', async () => {
  const { id } = await t.account('olga', 'VIEWER');
  const employeeId = await insertEmployee(t.database);
  const input = { id, role: 'EMPLOYEE', employeeId, newPassword: goodPassword, disabled: true };
  const { data } = await editUser(t, input);
  expect(data.editUser.user).toMatchObject({ role: 'EMPLOYEE', employee: { id: employeeId } });
  expect(data.editUser.user.disabledAt).not.toBeNull();
});

test('an edit that changes nothing writes nothing, and ends no session', async () => {
  const same = await t.account('nino', 'VIEWER');
  const before = await storedUsers(t);
  const audited = await t.database.sql('SELECT id FROM audit_entries');
  for (const input of [{}, { role: 'VIEWER' }, { disabled: false }, { employeeId: null }]) {
    const { data } = await editUser(t, { id: same.id, ...input });
    expect(data.editUser.user).toMatchObject({ id: same.id, role: 'VIEWER' });
  }
  expect(await storedUsers(t)).toEqual(before);
  expect(await t.database.sql('SELECT id FROM audit_entries')).toEqual(audited);
  expect((await t.gql('{ me { id } }', {}, same)).status).toBe(200);
});

test('each edit is an audit entry by the admin, with what was before and after, and no password', async () => {
  const { id } = await t.account('anna', 'VIEWER');
  const employeeId = await insertEmployee(t.database);
  await editUser(t, { id, role: 'EMPLOYEE', employeeId, newPassword: goodPassword });
  await editUser(t, { id, disabled: true, employeeId: null });
  const rows = await t.database.sql(
    `SELECT action, actor_id, ip, changes FROM audit_entries WHERE subject = $1 AND action LIKE 'user.%' ORDER BY id`,
    [id],
  );
  const by = { action: 'user.edited', actor_id: t.admin.id, ip: '127.0.0.1' };
  expect(rows).toHaveLength(2);
  expect(rows).toContainEqual({
    ...by,
    changes: [
      { field: 'role', before: 'VIEWER', after: 'EMPLOYEE' },
      { field: 'employeeId', before: null, after: employeeId },
      { field: 'password', before: null, after: null },
    ],
  });
  expect(rows).toContainEqual({
    ...by,
    changes: [
      { field: 'employeeId', before: employeeId, after: null },
      { field: 'disabled', before: 'false', after: 'true' },
    ],
  });
});

test.each(['viewer', 'employee'] as const)('the %s may edit nobody, not even themselves', async (who) => {
  const before = await storedUsers(t);
  for (const id of [t[who].id, t.admin.id]) {
    expectCode(await editUser(t, { id, role: 'ADMIN' }, t[who]), 'FORBIDDEN');
  }
  expect(await storedUsers(t)).toEqual(before);
});
