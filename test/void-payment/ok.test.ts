import { expect, test } from 'vitest';
import { auditOf } from '../edit-employee/support.js';
import { expectData } from '../expect.js';
import { insertEmployee } from '../factories.js';
import { useStipend } from '../harness.js';
import { expectInvariants, expectRefusal, faultsIn } from '../invariants.js';
import { paid, pay, salary } from '../issue-payment/support.js';
import { voided, voidPayment } from './support.js';

const t = await useStipend();
const payee = () => insertEmployee(t.database);

test('a voided payment stays, and says who voided it, when and why', async () => {
  const employeeId = await payee();
  const { id } = await paid(t, salary(employeeId));
  const reason = 'Paid the wrong person 🐟';
  const shown = {
    id,
    status: 'VOIDED',
    voidedAt: t.clock.now().toISOString(),
    voidedBy: { username: 'admin' },
    voidReason: reason,
    replacedBy: null,
    amount: { amount: '5000.00', currency: 'EUR' },
  };
  expect(await voided(t, id, `  ${reason} `)).toEqual(shown);
  const query = `query ($id: ID!) { payment(id: $id) { id status voidedAt voidedBy { username } voidReason replacedBy { id }
    amount { amount currency } } }`;
  expect(expectData(await t.gql(query, { id }, t.viewer)).payment).toEqual(shown);
  expect((await auditOf(t, id)).filter(({ action }) => action === 'payment.voided')).toMatchObject([
    {
      actor_id: t.admin.id,
      changes: [
        { field: 'status', before: 'ISSUED', after: 'VOIDED' },
        { field: 'voidReason', before: null, after: reason },
      ],
    },
  ]);
});

test('a voided period can be paid again, and the new payment is tied to the old one, both ways', async () => {
  const employeeId = await payee();
  const first = await paid(t, salary(employeeId));
  await expectRefusal(t.database, () => pay(t, salary(employeeId)), {
    code: 'ALREADY_PAID',
    field: 'period',
  });
  await voided(t, first.id);
  const second = await paid(t, { ...salary(employeeId), replaces: first.id });
  expect(second.replaces).toEqual({ id: first.id });
  const query = 'query ($id: ID!) { payment(id: $id) { replacedBy { id } } }';
  expect(expectData(await t.gql(query, { id: first.id }, t.admin)).payment.replacedBy).toEqual({
    id: second.id,
  });
  // The replacement may be wrong as well.
  await voided(t, second.id);
  await paid(t, { ...salary(employeeId), replaces: second.id });
});

test('a payment is voided once: of several voids at once one is done', async () => {
  const { id } = await paid(t, salary(await payee()));
  const answers = await Promise.all(
    ['a', 'b', 'c', 'd', 'e'].map((reason) => voidPayment(t, { id, reason })),
  );
  const codes = answers.map(({ errors }) => errors?.[0]?.extensions.code ?? 'voided').sort();
  expect(codes).toEqual(['CONFLICT', 'CONFLICT', 'CONFLICT', 'CONFLICT', 'voided']);
  const attempt = () => voidPayment(t, { id, reason: 'Again' });
  await expectRefusal(t.database, attempt, { code: 'CONFLICT', field: 'id' });
});

test('a void and replacements at the same time leave one replacement at most', async () => {
  for (let round = 0; round < 5; round++) {
    const employeeId = await payee();
    const { id } = await paid(t, salary(employeeId));
    const [taken, ...replacements] = await Promise.all([
      voidPayment(t, { id, reason: 'A race' }),
      ...Array.from({ length: 3 }, () => pay(t, { ...salary(employeeId), replaces: id })),
    ]);
    expect(taken?.errors).toBeUndefined();
    expect(replacements.filter(({ errors }) => !errors).length).toBeLessThan(2);
    const codes = replacements.flatMap(
      ({ errors }) => errors?.map(({ extensions }) => extensions.code) ?? [],
    );
    expect(['CONFLICT', 'ALREADY_PAID']).toEqual(expect.arrayContaining([...new Set(codes)]));
  }
});

test('only admins void; an unknown payment is NOT_FOUND; a void has a reason', async () => {
  const { id } = await paid(t, salary(t.employee.employeeId));
  const refused = (input: object, code: string, field?: string, account: { token: string } = t.admin) =>
    expectRefusal(t.database, () => voidPayment(t, input, account), { code, field });
  await refused({ id, reason: 'Mine' }, 'FORBIDDEN', undefined, t.employee);
  await refused({ id, reason: 'Mine' }, 'FORBIDDEN', undefined, t.viewer);
  await refused({ id: t.admin.id, reason: 'None' }, 'NOT_FOUND', 'id');
  await refused({ id: 'none', reason: 'None' }, 'BAD_USER_INPUT', 'id');
  await refused({ id, reason: ' ' }, 'BAD_USER_INPUT', 'reason');
  await refused({ id, reason: 'x'.repeat(501) }, 'BAD_USER_INPUT', 'reason');
  await refused({ id, reason: '\u0007' }, 'BAD_USER_INPUT', 'reason');
});

test('all of it leaves the database sound', async () => {
  await expectInvariants(t.database);
  expect(faultsIn(t.logLines)).toEqual([]);
});
