import { expect, test } from 'vitest';
import type { Answer } from '../client.js';
import { useStipend } from '../harness.js';
import { expectInvariants, expectRefusal, faultsIn } from '../invariants.js';
import { auditOf, edit, edited, hired, read } from './support.js';

const t = await useStipend();

const codesOf = (answers: Answer[]): string[] =>
  answers.flatMap((answer) => answer.errors?.map((error) => error.extensions.code) ?? []);

const everyField = {
  name: 'Somebody Else',
  email: 'somebody.else@example.com',
  title: 'Else',
  department: 'Elsewhere',
  salary: { amount: '1', currency: 'EUR' },
  salaryUnit: 'HOUR',
  salaryEffectiveFrom: '2026-12-01',
  bankAccount: { holder: 'S. Else', country: 'DE', accountNumber: 'DE89370400440532013000' },
};

test('a stale version is CONFLICT and changes nothing, whatever it would change', async () => {
  const { id } = await hired(t);
  await edited(t, { id, version: 1, title: 'Lead' });
  for (const version of [1, 0, -1, 3, 2_147_483_647, -2_147_483_648]) {
    for (const fields of [everyField, { title: 'Lead' }, { bankAccount: null }, {}]) {
      const attempt = () => edit(t, { id, version, ...fields });
      await expectRefusal(t.database, attempt, { code: 'CONFLICT', field: 'version' });
    }
  }
});

test('of 10 parallel edits with one version one is made, and 9 are CONFLICT', async () => {
  const { id } = await hired(t);
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, n) =>
      edit(t, { id, version: 1, title: `Title ${n}`, salaryUnit: 'YEAR' }),
    ),
  );
  expect(codesOf(answers)).toEqual(Array(9).fill('CONFLICT'));
  const [winner] = answers.filter((answer) => !answer.errors);
  expect(await read(t, id)).toEqual(winner?.data.editEmployee.employee);
  expect(await auditOf(t, id)).toHaveLength(1);
});

test('parallel edits of different employees are all made', async () => {
  const employees = await Promise.all(Array.from({ length: 20 }, () => hired(t)));
  const answers = await Promise.all(
    employees.map(({ id }) => edit(t, { id, version: 1, ...everyField, email: undefined })),
  );
  expect(codesOf(answers)).toEqual([]);
});

test('an address that another employee has, in whatever case, is CONFLICT and changes nothing', async () => {
  await hired(t, { email: 'Taken@Example.com' });
  await hired(t, { email: 'left@example.com', terminatedOn: '2025-12-31' });
  const { id } = await hired(t);
  for (const email of [
    'Taken@Example.com',
    'taken@example.com',
    'TAKEN@EXAMPLE.COM',
    ' taken@example.com ',
    'left@example.com',
  ]) {
    const attempt = () => edit(t, { id, version: 1, ...everyField, email });
    const error = await expectRefusal(t.database, attempt, { code: 'CONFLICT', field: 'email' });
    expect(error.message).not.toContain('@');
  }
});

test('of 10 employees who are given one address at once one has it', async () => {
  const employees = await Promise.all(Array.from({ length: 10 }, () => hired(t)));
  const answers = await Promise.all(
    employees.map(({ id }, n) =>
      edit(t, { id, version: 1, email: n % 2 ? 'one@example.com' : 'ONE@example.com' }),
    ),
  );
  expect(codesOf(answers)).toEqual(Array(9).fill('CONFLICT'));
  const rows = await t.database.sql(`SELECT 1 FROM employees WHERE lower(email) = 'one@example.com'`);
  expect(rows).toHaveLength(1);
});

test('two edits that swap two addresses get in one another’s way and never fail the server', async () => {
  const [a, b] = [await hired(t, { email: 'a@example.com' }), await hired(t, { email: 'b@example.com' })];
  const answers = await Promise.all([
    edit(t, { id: a.id, version: 1, email: 'b@example.com' }),
    edit(t, { id: b.id, version: 1, email: 'a@example.com' }),
  ]);
  expect(codesOf(answers)).toEqual(['CONFLICT', 'CONFLICT']);
  expect([await read(t, a.id), await read(t, b.id)]).toEqual([a, b]);
});

test('an edit and payments at the same time wait for one another', async () => {
  const { id } = await hired(t);
  const bonus = { employeeId: id, amount: { amount: '1', currency: 'EUR' }, kind: 'BONUS' };
  const payment = 'mutation ($input: IssuePaymentInput!) { issuePayment(input: $input) { replayed } }';
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      n % 5 === 0
        ? edit(t, { id, version: 1 + n / 5, title: `Title ${n}` })
        : t.gql(payment, { input: bonus }, t.admin),
    ),
  );
  expect(codesOf(answers).filter((code) => code !== 'CONFLICT')).toEqual([]);
});

test('all of it leaves the database sound', async () => {
  await expectInvariants(t.database);
  expect(faultsIn(t.logLines)).toEqual([]);
});
