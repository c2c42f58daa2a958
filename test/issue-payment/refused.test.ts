import { expect, test } from 'vitest';
import { insertEmployee, insertPayment } from '../factories.js';
import { useStipend } from '../harness.js';
import { expectInvariants, expectRefusal, faultsIn } from '../invariants.js';
import { bonus, countPayments, endEmployment, issuePayment, november, paid, pay, salary } from './support.js';

const t = await useStipend({ TOKEN_TTL: '24h' });
const employeeId = await insertEmployee(t.database);
const loaded: string[] = [];
const load = async (payment: Parameters<typeof insertPayment>[1]) => {
  const id = await insertPayment(t.database, payment);
  loaded.push(id);
  return id;
};

test('a viewer and an employee are FORBIDDEN to pay, themselves too', async () => {
  for (const account of [t.viewer, t.employee]) {
    for (const input of [salary(employeeId), salary(t.employee.employeeId), bonus(t.employee.employeeId)]) {
      await expectRefusal(t.database, () => pay(t, input, account), { code: 'FORBIDDEN' });
    }
  }
});

test('nobody pays without a login', async () => {
  const attempt = () => t.gql(issuePayment, { input: salary(employeeId) });
  await expectRefusal(t.database, attempt, { code: 'UNAUTHENTICATED' });
});

test('somebody who may not pay learns nothing from an input: every one gets the same answer', async () => {
  const { id } = await paid(t, { ...salary(employeeId), idempotencyKey: 'known' });
  const answers = await Promise.all(
    [
      { ...salary(employeeId), idempotencyKey: 'known' },
      { ...salary(employeeId), replaces: id },
      salary('00000000-0000-7000-8000-000000000000'),
      salary('no id'),
      { ...salary(employeeId), amount: { amount: '-1', currency: 'none' } },
    ].map((input) => pay(t, input, t.viewer)),
  );
  expect(new Set(answers.map((answer) => answer.text)).size).toBe(1);
});

test('an employee that there is not is NOT_FOUND', async () => {
  for (const unknown of ['00000000-0000-7000-8000-000000000000', t.admin.id, await load({ employeeId })]) {
    for (const input of [salary(unknown), bonus(unknown)]) {
      await expectRefusal(t.database, () => pay(t, input), { code: 'NOT_FOUND', field: 'employeeId' });
    }
  }
});

test('an employment begins and ends at midnight, UTC', async () => {
  const leaving = await insertEmployee(t.database);
  await endEmployment(t, leaving, '2026-11-22');
  const starting = await insertEmployee(t.database, { hiredOn: '2026-11-23' });
  const refused = { code: 'BAD_USER_INPUT', field: 'employeeId' };
  t.clock.advance(Date.parse('2026-11-22T23:59:59.999Z') - t.clock.now().getTime());
  await paid(t, bonus(leaving));
  await expectRefusal(t.database, () => pay(t, bonus(starting)), refused);
  t.clock.advance(1);
  await expectRefusal(t.database, () => pay(t, bonus(leaving)), refused);
  await paid(t, bonus(starting));
});

test('only a voided payment is replaced', async () => {
  const replaces = await load({ employeeId });
  const input = { ...bonus(employeeId), replaces };
  await expectRefusal(t.database, () => pay(t, input), { code: 'CONFLICT', field: 'replaces' });
});

test('a payment of another employee, and one that there is not, is replaced by nothing', async () => {
  const another = await load({ employeeId: await insertEmployee(t.database), voided: true });
  for (const replaces of [another, employeeId, '00000000-0000-7000-8000-000000000000']) {
    const input = { ...bonus(employeeId), replaces };
    await expectRefusal(t.database, () => pay(t, input), { code: 'NOT_FOUND', field: 'replaces' });
  }
});

test('a payment is replaced once', async () => {
  const replaces = await load({ employeeId, voided: true });
  const input = { ...bonus(employeeId), replaces, idempotencyKey: 'the first' };
  const { id } = await paid(t, input);
  for (const idempotencyKey of ['the second', null]) {
    const again = { ...input, idempotencyKey };
    await expectRefusal(t.database, () => pay(t, again), { code: 'CONFLICT', field: 'replaces' });
  }
  expect((await pay(t, input)).data.issuePayment).toMatchObject({ replayed: true, payment: { id } });
});

test('of 10 parallel replacements of one payment one is made, and 9 are CONFLICT', async () => {
  const payee = await insertEmployee(t.database);
  const replaces = await load({ employeeId: payee, voided: true });
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => pay(t, { ...bonus(payee), replaces, period: november })),
  );
  const codes = answers.flatMap((answer) => answer.errors?.map((error) => error.extensions.code) ?? []);
  expect(codes).toEqual(Array(9).fill('CONFLICT'));
  expect(await countPayments(t, payee)).toBe(2);
});

test('all of it leaves the database sound', async () => {
  await expectInvariants(t.database, loaded);
  expect(faultsIn(t.logLines)).toEqual([]);
});
