import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { expectCode } from '../expect.js';
import { insertEmployee } from '../factories.js';
import { useStipend } from '../harness.js';
import { editUser, faultOf, goodPassword, storedUsers } from '../users/support.js';

const t = await useStipend();
const edited = await t.account('edith', 'VIEWER');

async function expectRefused(input: object, code: string, field: string): Promise<void> {
  const before = await storedUsers(t);
  const entries = await t.database.sql('SELECT id FROM audit_entries');
  expectCode(await editUser(t, { id: edited.id, ...input }), code, { field });
  expect(await storedUsers(t)).toEqual(before);
  expect(await t.database.sql('SELECT id FROM audit_entries')).toEqual(entries);
  expect((await t.gql('{ me { id } }', {}, edited)).status, 'and ends no session').toBe(200);
}

test.each(['role', 'disabled', 'newPassword'])(
  '%s: null is BAD_USER_INPUT, and nothing is changed',
  async (field) => {
    await expectRefused({ [field]: null }, 'BAD_USER_INPUT', field);
    await expectRefused({ role: 'EMPLOYEE', disabled: true, [field]: null }, 'BAD_USER_INPUT', field);
  },
);

test.each(['', 'only eleven', 'x'.repeat(129), 'password1234', 'EDITH', 'a lone \ud800 surrogate'])(
  'the new password %j is BAD_USER_INPUT',
  async (newPassword) => {
    await expectRefused({ newPassword, role: 'ADMIN' }, 'BAD_USER_INPUT', 'newPassword');
  },
);

test('the username, long enough for a password, is refused as one', async () => {
  const { id } = await t.account('elisabeth-wagner', 'VIEWER');
  for (const newPassword of ['elisabeth-wagner', 'Elisabeth-WAGNER']) {
    await expectRefused({ id, newPassword }, 'BAD_USER_INPUT', 'newPassword');
  }
});

test('a user who does not exist is NOT_FOUND, and what is no id BAD_USER_INPUT', async () => {
  for (const change of [{}, { role: 'ADMIN' }, { newPassword: goodPassword }, { employeeId: null }]) {
    await expectRefused({ id: randomUUID(), ...change }, 'NOT_FOUND', 'id');
  }
  for (const id of ['', 'me', '1', `${edited.id} `, `${edited.id}' OR '1'='1`]) {
    await expectRefused({ id, role: 'ADMIN' }, 'BAD_USER_INPUT', 'id');
  }
});

test('an employee who does not exist is NOT_FOUND, and what is no id BAD_USER_INPUT', async () => {
  await expectRefused({ employeeId: randomUUID() }, 'NOT_FOUND', 'employeeId');
  await expectRefused({ employeeId: 'x', role: 'ADMIN' }, 'BAD_USER_INPUT', 'employeeId');
});

test('an employee whom another user is is CONFLICT', async () => {
  await expectRefused({ employeeId: t.employee.employeeId, role: 'EMPLOYEE' }, 'CONFLICT', 'employeeId');
});

test('of many users who are tied to one employee at once, one is', async () => {
  const employeeId = await insertEmployee(t.database);
  const users = await Promise.all(Array.from({ length: 6 }, (_, n) => t.account(`eager-${n}`, 'EMPLOYEE')));
  const answers = await Promise.all(users.map(({ id }) => editUser(t, { id, employeeId })));
  expect(answers.filter((answer) => faultOf(answer).code === undefined)).toHaveLength(1);
  expect(answers.filter((answer) => faultOf(answer).code === 'CONFLICT')).toHaveLength(5);
});
