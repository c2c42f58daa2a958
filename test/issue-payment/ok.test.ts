import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { send } from '../client.js';
import { expectCode, expectData } from '../expect.js';
import { insertEmployee, insertPayment } from '../factories.js';
import { useStipend } from '../harness.js';
import { expectInvariants } from '../invariants.js';
import { bonus, countPayments, endEmployment, issuePayment, november, paid, pay, salary } from './support.js';

const t = await useStipend();

test('an admin pays a salary, and the answer is what was paid', async () => {
  const employeeId = await insertEmployee(t.database);
  const input = {
    employeeId,
    amount: { amount: '5000.5', currency: 'EUR' },
    period: { start: '2026-11-01', end: '2026-11-30' },
    note: '  November\nand no more ',
    idempotencyKey: 'ok-1',
  };
  const answer = await pay(t, input);
  expectData(answer);
  expect(answer.data.issuePayment).toEqual({
    replayed: false,
    payment: {
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      amount: { amount: '5000.50', currency: 'EUR' },
      kind: 'SALARY',
      period: { start: '2026-11-01', end: '2026-11-30' },
      note: 'November\nand no more',
      status: 'ISSUED',
      issuedAt: t.clock.now().toISOString(),
      issuedBy: { username: 'admin' },
      employee: { id: employeeId },
      voidedAt: null,
      replaces: null,
      replacedBy: null,
    },
  });
});

const exact: Array<[string, string, string, bigint]> = [
  ['JPY', '1', '1', 1n],
  ['JPY', '500000', '500000', 500_000n],
  ['EUR', '0.01', '0.01', 1n],
  ['EUR', '5', '5.00', 500n],
  ['EUR', '5.0', '5.00', 500n],
  ['EUR', '1234567.89', '1234567.89', 123_456_789n],
  ['BHD', '0.001', '0.001', 1n],
  ['BHD', '12.3', '12.300', 12_300n],
  ['BHD', '9999999.999', '9999999.999', 9_999_999_999n],
];

test.each(exact)('%s %s is paid exactly, and shown as %s', async (currency, amount, shown, minor) => {
  const employeeId = await insertEmployee(t.database, { currency });
  const payment = await paid(t, { ...bonus(employeeId), amount: { amount, currency } });
  expect(payment.amount).toEqual({ amount: shown, currency });
  const rows = await t.database.sql('SELECT amount_minor, currency FROM payments WHERE id = $1', [
    payment.id,
  ]);
  expect(rows).toEqual([{ amount_minor: minor.toString(), currency }]);
});

test.each(['BONUS', 'EXPENSE', 'CORRECTION'])('a %s needs no period, and may have one', async (kind) => {
  const employeeId = await insertEmployee(t.database);
  const without = await paid(t, { ...bonus(employeeId), kind });
  const withPeriod = await paid(t, { ...bonus(employeeId), kind, period: november });
  expect([without.period, withPeriod.period]).toEqual([null, november]);
});

test('two payments without a key are two, even when they are the same', async () => {
  const employeeId = await insertEmployee(t.database);
  const first = await paid(t, bonus(employeeId));
  const second = await paid(t, bonus(employeeId));
  expect(first.id).not.toBe(second.id);
  expect(await countPayments(t, employeeId)).toBe(2);
});

test('an employee is paid on the first day and on the last', async () => {
  const today = t.clock.now().toISOString().slice(0, 10);
  const starting = await insertEmployee(t.database, { hiredOn: today });
  const leaving = await insertEmployee(t.database);
  await endEmployment(t, leaving, today);
  await paid(t, bonus(starting));
  await paid(t, bonus(leaving));
});

test('a salary may be for one day, and for 366', async () => {
  const employeeId = await insertEmployee(t.database);
  const unusual = { ...salary(employeeId), acceptUnusualAmount: true };
  await paid(t, { ...unusual, period: { start: '2024-01-01', end: '2024-12-31' } });
  const another = { ...unusual, idempotencyKey: randomUUID() };
  await paid(t, { ...another, period: { start: '2026-11-01', end: '2026-11-01' } });
});

test('the largest payment is MAX_PAYMENT to the last digit, for a currency its own', async () => {
  const { url } = await t.startAnother({ MAX_PAYMENT: '1000,JPY=70000,BHD=5' });
  for (const [currency, most, tooMuch] of [
    ['EUR', '1000.00', '1000.01'],
    ['JPY', '70000', '70001'],
    ['BHD', '5.000', '5.001'],
  ]) {
    const employeeId = await insertEmployee(t.database, { currency: currency ?? '' });
    const attempt = (amount = '') =>
      send(url, {
        query: issuePayment,
        variables: { input: { ...bonus(employeeId), amount: { amount, currency } } },
        token: t.admin.token,
      });
    const refused = await attempt(tooMuch);
    expectCode(refused, 'BAD_USER_INPUT', { field: 'amount' });
    expect(await countPayments(t, employeeId)).toBe(0);
    expectData(await attempt(most));
  }
});

test('a payment takes the place of a voided one of the same employee, and each leads to the other', async () => {
  const employeeId = await insertEmployee(t.database);
  const voided = await insertPayment(t.database, {
    employeeId,
    kind: 'SALARY',
    period: [november.start, november.end],
    voided: true,
  });
  const replacement = await paid(t, { ...salary(employeeId), replaces: voided.toUpperCase() });
  expect(replacement.replaces).toEqual({ id: voided });
  const answer = await t.gql(
    'query ($id: ID!) { payment(id: $id) { replacedBy { id } } }',
    { id: voided },
    t.admin,
  );
  expect(answer.data.payment.replacedBy).toEqual({ id: replacement.id });
});

test('the audit trail tells who paid what, when and from where', async () => {
  const employeeId = await insertEmployee(t.database);
  const { id } = await paid(t, { ...salary(employeeId), note: 'November', idempotencyKey: 'audited' });
  const entries = await t.database.sql(
    'SELECT at, actor_id, action, changes, ip FROM audit_entries WHERE subject = $1',
    [id],
  );
  const set = (field: string, after: string) => ({ field, before: null, after });
  expect(entries).toEqual([
    {
      at: t.clock.now(),
      actor_id: t.admin.id,
      action: 'payment.issued',
      ip: '127.0.0.1',
      changes: [
        set('employeeId', employeeId),
        set('amount', '5000.00 EUR'),
        set('kind', 'SALARY'),
        set('period', '2026-11-01 to 2026-11-30'),
        set('note', 'November'),
        set('idempotencyKey', 'audited'),
      ],
    },
  ]);
});

test('all of it leaves the database sound', async () => {
  const loaded = await t.database.sql<{ id: string }>('SELECT id FROM payments WHERE voided_at IS NOT NULL');
  await expectInvariants(
    t.database,
    loaded.map(({ id }) => id),
  );
});
