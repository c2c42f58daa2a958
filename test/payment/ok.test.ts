import { expect, test } from 'vitest';
import { insertEmployee, insertPayment } from '../factories.js';
import { useStipend } from '../harness.js';
import { readData } from '../payments/reads.js';
import { insertLinkedPayment, insertPayRun } from '../payments/rows.js';

const t = await useStipend();

const whole = `query ($id: ID!) { payment(id: $id) {
  id employee { id name } amount { amount currency } kind period { start end } note status issuedAt
  issuedBy { id username role admin } payRun { id } voidedAt voidedBy { username } voidReason
  replaces { id } replacedBy { id } } }`;

async function readPayment(id: string, account: { token: string } = t.viewer) {
  return (await readData(t, whole, { id }, account)).payment;
}

test('a payment is read with everything that is known of it', async () => {
  const employeeId = await insertEmployee(t.database, { name: 'Paid Person' });
  const payRunId = await insertPayRun(t.database, t.admin.id);
  const id = await insertLinkedPayment(t.database, {
    employeeId,
    amountMinor: 123_456n,
    note: 'Thanks, 🐟\n"quoted"',
    issuedAt: new Date('2026-10-30T23:59:59.999Z'),
    payRunId,
  });
  const expected = {
    id,
    employee: { id: employeeId, name: 'Paid Person' },
    amount: { amount: '1234.56', currency: 'EUR' },
    kind: 'BONUS',
    period: null,
    note: 'Thanks, 🐟\n"quoted"',
    status: 'ISSUED',
    issuedAt: '2026-10-30T23:59:59.999Z',
    issuedBy: { id: t.admin.id, username: 'admin', role: 'ADMIN', admin: true },
    payRun: { id: payRunId },
    voidedAt: null,
    voidedBy: null,
    voidReason: null,
    replaces: null,
    replacedBy: null,
  };
  for (const reader of [t.viewer, t.admin]) expect(await readPayment(id, reader)).toEqual(expected);
  expect(await readPayment(id.toUpperCase())).toEqual(expected);
});

test('the pay run of a payment is read with everything that is known of it', async () => {
  const payRunId = await insertPayRun(t.database, t.admin.id);
  const id = await insertLinkedPayment(t.database, { employeeId: t.employee.employeeId, payRunId });
  const query = `query ($id: ID!) { payment(id: $id) { payRun {
    id version period { start end } payDate status draftedBy { username } approvedBy { username } approvedAt
    issuedBy { username } issuedAt } } }`;
  expect((await readData(t, query, { id }, t.viewer)).payment.payRun).toEqual({
    id: payRunId,
    version: 1,
    period: { start: '2026-10-01', end: '2026-10-31' },
    payDate: '2026-10-30',
    status: 'ISSUED',
    draftedBy: { username: 'admin' },
    approvedBy: { username: 'admin' },
    approvedAt: '2026-10-29T08:00:00.000Z',
    issuedBy: { username: 'admin' },
    issuedAt: '2026-10-30T08:00:00.000Z',
  });
});

test.each([
  ['JPY', 655_000n, '655000'],
  ['EUR', 5n, '0.05'],
  ['EUR', 100_000n, '1000.00'],
  ['BHD', 1_215_250n, '1215.250'],
  ['BHD', 10n, '0.010'],
  ['JPY', 9_223_372_036_854_775_807n, '9223372036854775807'],
  ['BHD', 9_223_372_036_854_775_807n, '9223372036854775.807'],
])('%s %i in minor units reads %s, to the last digit', async (currency, amountMinor, amount) => {
  const id = await insertPayment(t.database, { employeeId: t.employee.employeeId, currency, amountMinor });
  expect((await readPayment(id)).amount).toEqual({ amount, currency });
});

test('a salary is read with the days that it pays for', async () => {
  const employeeId = await insertEmployee(t.database);
  const id = await insertPayment(t.database, {
    employeeId,
    kind: 'SALARY',
    period: ['2024-02-01', '2024-02-29'],
  });
  expect(await readPayment(id)).toMatchObject({
    kind: 'SALARY',
    period: { start: '2024-02-01', end: '2024-02-29' },
  });
});

test('a voided payment and the one that replaces it lead to each other', async () => {
  const employeeId = await insertEmployee(t.database);
  const wrong = await insertPayment(t.database, { employeeId, voided: true });
  const right = await insertLinkedPayment(t.database, { employeeId, replaces: wrong });
  const plain = await insertPayment(t.database, { employeeId, voided: true });
  expect(await readPayment(wrong)).toMatchObject({
    status: 'VOIDED',
    voidedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    voidedBy: { username: expect.any(String) },
    voidReason: 'a test',
    replaces: null,
    replacedBy: { id: right },
  });
  expect(await readPayment(right)).toMatchObject({
    status: 'ISSUED',
    voidedAt: null,
    voidedBy: null,
    replaces: { id: wrong },
    replacedBy: null,
  });
  expect(await readPayment(plain)).toMatchObject({ status: 'VOIDED', replaces: null, replacedBy: null });
});

test('an EMPLOYEE reads the own payment, and of its pay run nothing', async () => {
  const payRunId = await insertPayRun(t.database, t.admin.id);
  const id = await insertLinkedPayment(t.database, { employeeId: t.employee.employeeId, payRunId });
  expect(await readPayment(id)).toMatchObject({ payRun: { id: payRunId } });
  expect(await readPayment(id, t.employee)).toMatchObject({
    id,
    employee: { id: t.employee.employeeId },
    payRun: null,
  });
});
