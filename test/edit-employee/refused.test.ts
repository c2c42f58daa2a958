import { expect, test } from 'vitest';
import { insertEmployee } from '../factories.js';
import { useStipend } from '../harness.js';
import { expectInvariants, expectRefusal, faultsIn } from '../invariants.js';
import { edit, editEmployee, hired } from './support.js';

const t = await useStipend();
const id = await insertEmployee(t.database);

const edits = [
  { id, version: 1, name: 'Somebody Else' },
  { id, version: 1, salary: { amount: '1000000', currency: 'EUR' } },
  { id, version: 1, bankAccount: { holder: 'Me', country: 'DE', accountNumber: 'DE89370400440532013000' } },
  { id, version: 1 },
  { id: t.employee.employeeId, version: 1, title: 'Director' },
  { id: t.employee.employeeId, version: 99, title: 'Director' },
];

test('a viewer and an employee are FORBIDDEN to edit, their own record too', async () => {
  for (const account of [t.viewer, t.employee]) {
    for (const input of edits) {
      await expectRefusal(t.database, () => edit(t, input, account), { code: 'FORBIDDEN' });
    }
  }
});

test('nobody edits without a login', async () => {
  for (const input of edits) {
    const attempt = () => t.gql(editEmployee, { input });
    await expectRefusal(t.database, attempt, { code: 'UNAUTHENTICATED' });
  }
});

test('somebody who may not edit learns nothing from an input: every one gets the same answer', async () => {
  await hired(t, { email: 'known@example.com' });
  const answers = await Promise.all(
    [
      ...edits,
      { id, version: 1, email: 'known@example.com' },
      { id: '00000000-0000-7000-8000-000000000000', version: 1 },
      { id: 'no id', version: 1, name: '' },
    ].map((input) => edit(t, input, t.viewer)),
  );
  expect(new Set(answers.map((answer) => answer.text)).size).toBe(1);
});

test('an employee that there is not is NOT_FOUND', async () => {
  for (const unknown of ['00000000-0000-7000-8000-000000000000', t.admin.id]) {
    for (const fields of [{}, { name: 'Nobody' }, { salaryUnit: 'HOUR' }]) {
      const attempt = () => edit(t, { id: unknown, version: 1, ...fields });
      await expectRefusal(t.database, attempt, { code: 'NOT_FOUND', field: 'id' });
    }
  }
});

test('all of it leaves the database sound', async () => {
  await expectInvariants(t.database);
  expect(faultsIn(t.logLines)).toEqual([]);
});
