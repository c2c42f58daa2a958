import { expect, test } from 'vitest';
import { expectCode, expectData } from '../expect.js';
import { useStipend } from '../harness.js';

const t = await useStipend();

const me = 'query { me { id username role admin disabledAt employee { id name email } } }';

test.each([
  ['admin', 'ADMIN', true],
  ['viewer', 'VIEWER', false],
] as const)('the %s reads who they are', async (name, role, admin) => {
  const { id, username } = t[name];
  const answer = await t.gql(me, {}, t[name]);
  expectData(answer);
  expect(answer.data.me).toEqual({ id, username, role, admin, disabledAt: null, employee: null });
});

test('an employee reads the own user and the own record', async () => {
  const { id, username, employeeId } = t.employee;
  const answer = await t.gql(me, {}, t.employee);
  expectData(answer);
  expect(answer.data.me).toEqual({
    id,
    username,
    role: 'EMPLOYEE',
    admin: false,
    disabledAt: null,
    employee: { id: employeeId, name: 'Emil Own', email: 'emil@example.com' },
  });
});

test('an EMPLOYEE user who is no employee has no record', async () => {
  const stray = await t.account('stray', 'EMPLOYEE');
  const answer = await t.gql(me, {}, stray);
  expectData(answer);
  expect(answer.data.me).toMatchObject({ username: 'stray', role: 'EMPLOYEE', admin: false, employee: null });
});

test('nobody who is not logged in is anybody', async () => {
  const answer = await t.gql(me);
  expectCode(answer, 'UNAUTHENTICATED');
});
