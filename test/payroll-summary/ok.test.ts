import { beforeAll, expect, test } from 'vitest';
import { expectCode, expectData } from '../expect.js';
import { insertEmployee, insertPayment } from '../factories.js';
import { useStipend } from '../harness.js';

const t = await useStipend();
const query = `query ($from: Date!, $to: Date!, $groupBy: SummaryGroup!) {
  payrollSummary(from: $from, to: $to, groupBy: $groupBy) {
    key currency issued { amount currency } voided { amount } payments employees
  }
}`;
const october = { from: '2026-10-01', to: '2026-10-31' };

beforeAll(async () => {
  await t.database.sql(`UPDATE company SET time_zone = 'Europe/Berlin'`);
  const ann = await insertEmployee(t.database, { department: 'Sales' });
  const ben = await insertEmployee(t.database, { department: 'Sales' });
  const kei = await insertEmployee(t.database, { department: 'Logistics' });
  const at = (text: string) => new Date(text);
  // Berlin's October begins at 22:00 UTC of September's last day.
  await insertPayment(t.database, {
    employeeId: ann,
    amountMinor: 100n,
    issuedAt: at('2026-09-30T22:00:00Z'),
  });
  await insertPayment(t.database, {
    employeeId: ann,
    amountMinor: 250n,
    issuedAt: at('2026-10-15T09:00:00Z'),
  });
  await insertPayment(t.database, { employeeId: ben, amountMinor: 1n, issuedAt: at('2026-10-31T22:59:59Z') });
  await insertPayment(t.database, {
    employeeId: ben,
    amountMinor: 9n,
    issuedAt: at('2026-10-20T09:00:00Z'),
    voided: true,
  });
  await insertPayment(t.database, {
    employeeId: kei,
    amountMinor: 7n,
    currency: 'JPY',
    kind: 'EXPENSE',
    issuedAt: at('2026-10-20T09:00:00Z'),
  });
  await insertPayment(t.database, {
    employeeId: kei,
    amountMinor: 50n,
    issuedAt: at('2026-10-31T23:00:00Z'),
  });
});

const eur = (amount: string) => ({ amount, currency: 'EUR' });

test('payments are summed by department and currency, the voided ones apart', async () => {
  const { payrollSummary } = expectData(await t.gql(query, { ...october, groupBy: 'DEPARTMENT' }, t.viewer));
  expect(payrollSummary).toEqual([
    {
      key: 'Logistics',
      currency: 'JPY',
      issued: { amount: '7', currency: 'JPY' },
      voided: { amount: '0' },
      payments: 1,
      employees: 1,
    },
    {
      key: 'Sales',
      currency: 'EUR',
      issued: eur('3.51'),
      voided: { amount: '0.09' },
      payments: 3,
      employees: 2,
    },
  ]);
});

test('a month is one of the company: what is issued in its last hour belongs to it', async () => {
  const days = { from: '2026-09-01', to: '2026-11-30', groupBy: 'MONTH' };
  const { payrollSummary } = expectData(await t.gql(query, days, t.admin));
  expect(
    payrollSummary.map(
      ({ key, currency, issued }: { key: string; currency: string; issued: { amount: string } }) => [
        key,
        currency,
        issued.amount,
      ],
    ),
  ).toEqual([
    ['2026-10', 'EUR', '3.51'],
    ['2026-10', 'JPY', '7'],
    ['2026-11', 'EUR', '0.50'],
  ]);
});

test('the kinds are those of the payments', async () => {
  const { payrollSummary } = expectData(await t.gql(query, { ...october, groupBy: 'KIND' }, t.admin));
  expect(payrollSummary.map(({ key }: { key: string }) => key)).toEqual(['BONUS', 'EXPENSE']);
});

test('days in the wrong order are refused, and an employee may not ask', async () => {
  const wrong = { from: '2026-10-02', to: '2026-10-01', groupBy: 'KIND' };
  expectCode(await t.gql(query, wrong, t.admin), 'BAD_USER_INPUT', { field: 'to' });
  expectCode(await t.gql(query, { ...october, groupBy: 'KIND' }, t.employee), 'FORBIDDEN');
});
