import { expect, test } from 'vitest';
import { useStipend } from '../harness.js';
import { expectInvariants, expectRefusal, faultsIn } from '../invariants.js';
import { change, changed, euro, newHire } from './support.js';

const t = await useStipend();

test.each([
  [{ name: ' ' }, 'name'],
  [{ email: 'nobody' }, 'email'],
  [{ title: '' }, 'title'],
  [{ department: '\u0000' }, 'department'],
  [{ hiredOn: '1899-12-31' }, 'hiredOn'],
  [{ hiredOn: '2026-02-30' }, 'hiredOn'],
  [{ salary: euro('0') }, 'salary'],
  [{ salary: { amount: '1', currency: 'BGN' } }, 'salary.currency'],
  [{ bankAccount: { holder: 'N', country: 'DE', accountNumber: '!' } }, 'bankAccount.accountNumber'],
])('%j is BAD_USER_INPUT, and nobody is hired', async (fields, field) => {
  const attempt = () => change(t, 'hireEmployee', newHire(fields));
  await expectRefusal(t.database, attempt, { code: 'BAD_USER_INPUT', field });
});

test('only admins hire', async () => {
  for (const account of [t.viewer, t.employee]) {
    const attempt = () => change(t, 'hireEmployee', newHire(), account);
    await expectRefusal(t.database, attempt, { code: 'FORBIDDEN' });
  }
});

test('an email address that somebody has is CONFLICT; of several hires with one at once one is done', async () => {
  const attempt = () => change(t, 'hireEmployee', newHire({ email: 'EMIL@example.com' }));
  await expectRefusal(t.database, attempt, { code: 'CONFLICT', field: 'email' });
  const hire = newHire();
  const answers = await Promise.all(Array.from({ length: 5 }, () => change(t, 'hireEmployee', hire)));
  const codes = answers.flatMap(({ errors }) => errors?.map(({ extensions }) => extensions.code) ?? []);
  expect(codes).toEqual(Array(4).fill('CONFLICT'));
});

test('all of it leaves the database sound', async () => {
  await changed(t, 'hireEmployee', newHire());
  await expectInvariants(t.database);
  expect(faultsIn(t.logLines)).toEqual([]);
});
