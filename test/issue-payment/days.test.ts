import { expect, test } from 'vitest';
import { expectData } from '../expect.js';
import { insertEmployee, insertPayment } from '../factories.js';
import { useStipend } from '../harness.js';
import { changed, euro } from '../hire-employee/support.js';
import { expectRefusal, faultsIn } from '../invariants.js';
import { bonus, november, paid, pay, salary } from './support.js';

// The clock stands at 2026-11-22.
const t = await useStipend({ TOKEN_TTL: '24h' });
const hired = (given: Parameters<typeof insertEmployee>[1] = {}) => insertEmployee(t.database, given);
const refused = (input: object, field: string) =>
  expectRefusal(t.database, () => pay(t, input), { code: 'BAD_USER_INPUT', field });
const salaryFor = (id: string, start: string, end: string, amount = '1') => ({
  ...salary(id),
  amount: euro(amount),
  period: { start, end },
});

test('a SALARY is for days of one employment, the first and the last one included', async () => {
  const id = await hired({ hiredOn: '2026-03-10', terminatedOn: '2026-11-20' });
  await refused(salaryFor(id, '2026-03-09', '2026-03-31'), 'period');
  await refused(salaryFor(id, '2026-11-01', '2026-11-21'), 'period');
  await refused(salaryFor(id, '2026-12-01', '2026-12-31'), 'period');
  await paid(t, salaryFor(id, '2026-03-10', '2026-03-31'));
  // The employee has left: it is the final salary.
  await paid(t, salaryFor(id, '2026-11-01', '2026-11-20'));
});

test('the days of an earlier employment can be paid after a rehire, and those in between can not', async () => {
  const id = await hired({ terminatedOn: '2026-06-30' });
  const again = { hiredOn: '2026-10-01', salary: euro('6000'), salaryUnit: 'MONTH' };
  await changed(t, 'rehireEmployee', { id, version: 1, ...again });
  await paid(t, salaryFor(id, '2026-06-01', '2026-06-30'));
  await paid(t, salaryFor(id, '2026-10-01', '2026-10-31'));
  await refused(salaryFor(id, '2026-07-01', '2026-07-31'), 'period');
  await refused(salaryFor(id, '2026-05-31', '2026-10-01'), 'period');
});

test('a SALARY begins two months from today at the latest', async () => {
  const id = await hired();
  await refused(salaryFor(id, '2027-01-23', '2027-01-31'), 'period');
  await paid(t, salaryFor(id, '2027-01-22', '2027-01-31'));
  const upcoming = await hired({ hiredOn: '2026-12-01' });
  await paid(t, salaryFor(upcoming, '2026-12-01', '2026-12-31'));
  await refused(bonus(upcoming), 'employeeId');
});

test('an expense and a correction can be paid after the last day, a bonus can not', async () => {
  const id = await hired({ terminatedOn: '2026-06-30' });
  for (const kind of ['EXPENSE', 'CORRECTION']) await paid(t, { ...bonus(id), kind });
  await refused(bonus(id), 'employeeId');
  const upcoming = await hired({ hiredOn: '2026-12-01' });
  await refused({ ...bonus(upcoming), kind: 'EXPENSE' }, 'employeeId');
});

test("a SALARY is in the currency of its first day, and a correction in its period's or today's", async () => {
  const id = await hired({ currency: 'USD', salaryMinor: 900_000n });
  const inEuro = { salary: euro('8000'), salaryEffectiveFrom: '2026-07-01' };
  await changed(t, 'editEmployee', { id, version: 1, ...inEuro });
  const dollars = { amount: '9000', currency: 'USD' };
  const june = { start: '2026-06-01', end: '2026-06-30' };
  await refused({ ...salary(id), amount: euro('8000'), period: june }, 'amount.currency');
  await refused({ ...salary(id), amount: dollars, period: november }, 'amount.currency');
  await paid(t, { ...salary(id), amount: dollars, period: june });
  await paid(t, { ...salary(id), amount: euro('8000'), period: november });
  const correction = { ...bonus(id), kind: 'CORRECTION' };
  await paid(t, { ...correction, amount: dollars, period: june });
  await paid(t, { ...correction, amount: euro('1'), period: june });
  await refused({ ...correction, amount: dollars }, 'amount.currency');
});

test.each<[string, Parameters<typeof insertEmployee>[1], string, string, string]>([
  ['a month of a monthly salary', {}, '2026-11-01', '2026-11-30', '6000.00'],
  [
    'a month of a yearly one',
    { unit: 'YEAR', salaryMinor: 6_000_000n },
    '2026-11-01',
    '2026-11-30',
    '6000.00',
  ],
  ['a year', { unit: 'YEAR', salaryMinor: 6_000_000n }, '2025-11-01', '2026-10-31', '72000.00'],
  ['half a month', {}, '2026-11-01', '2026-11-15', '3000.00'],
  ['days of two months', {}, '2026-10-17', '2026-11-15', '5903.22'],
  ['a day', {}, '2026-11-02', '2026-11-02', '200.00'],
])('of %s, a fifth more than the share is paid as it is', async (_of, given, start, end, most) => {
  const id = await hired(given);
  const cents = BigInt(most.replace('.', '')) + 1n;
  const more = `${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`;
  await refused(salaryFor(id, start, end, more), 'acceptUnusualAmount');
  const { id: first } = await paid(t, salaryFor(id, start, end, most));
  await changedVoid(first);
  await paid(t, { ...salaryFor(id, start, end, more), acceptUnusualAmount: true });
});

async function changedVoid(id: string): Promise<void> {
  const query = 'mutation ($input: VoidPaymentInput!) { voidPayment(input: $input) { payment { id } } }';
  expectData(await t.gql(query, { input: { id, reason: 'A test' } }, t.admin));
}

test("a year's salary is not paid as November's without a word, and the message says what was expected", async () => {
  const id = await hired({ unit: 'YEAR', salaryMinor: 6_000_000n });
  const input = salaryFor(id, '2026-11-01', '2026-11-30', '60000');
  const { message } = await refused(input, 'acceptUnusualAmount');
  expect(message).toContain('5000.00 EUR');
  // It is no part of what the key stands for.
  const accepted = { ...input, acceptUnusualAmount: true };
  const { id: first } = await paid(t, accepted);
  expect((await pay(t, input)).data.issuePayment).toMatchObject({ replayed: true, payment: { id: first } });
});

test('a raise counts from its day, and what a salary by the hour comes to is not known', async () => {
  const id = await hired();
  const raise = { salary: euro('8000'), salaryEffectiveFrom: '2026-11-16' };
  await changed(t, 'editEmployee', { id, version: 1, ...raise });
  await refused(salaryFor(id, '2026-11-01', '2026-11-30', '7800.01'), 'acceptUnusualAmount');
  await paid(t, salaryFor(id, '2026-11-01', '2026-11-30', '7800'));
  await paid(t, salaryFor(await hired({ unit: 'HOUR' }), '2026-11-01', '2026-11-30', '90000'));
});

test('the share of a part of a month is what the company divides it by', async () => {
  // Monday to Friday: 5 of 21 weekdays, 5 of 30 days.
  const id = await hired();
  await refused(salaryFor(id, '2026-11-02', '2026-11-06', '1428.57'), 'acceptUnusualAmount');
  await t.database.sql(`UPDATE company SET proration = 'WEEKDAYS'`);
  await refused(salaryFor(id, '2026-11-02', '2026-11-06', '1428.58'), 'acceptUnusualAmount');
  await paid(t, salaryFor(id, '2026-11-02', '2026-11-06', '1428.57'));
  await t.database.sql(`UPDATE company SET proration = 'THIRTIETHS'`);
  await paid(t, salaryFor(id, '2026-10-01', '2026-10-30', '6000'));
  await t.database.sql(`UPDATE company SET proration = 'CALENDAR_DAYS'`);
});

test('who has not been paid for some of a period is found', async () => {
  const department = 'Unpaid';
  const none = await hired({ department });
  const half = await hired({ department });
  const all = await hired({ department });
  const voided = await hired({ department });
  const short = await hired({ department, hiredOn: '2026-11-16' });
  await hired({ department, terminatedOn: '2026-10-31' });
  await hired({ department, hiredOn: '2026-12-01' });
  for (const [id, start, end] of [
    [half, '2026-11-01', '2026-11-15'],
    [all, '2026-11-01', '2026-11-10'],
    [all, '2026-11-11', '2026-12-10'],
    [short, '2026-11-16', '2026-11-30'],
  ] as const) {
    await paid(t, salaryFor(id, start, end));
  }
  await insertPayment(t.database, {
    ...{ employeeId: voided, kind: 'SALARY', voided: true, period: ['2026-11-01', '2026-11-30'] },
  });
  await paid(t, bonus(none));
  const query = `query ($period: PeriodInput!, $department: String) {
    employees(filter: { withoutSalaryFor: $period, department: $department }) { nodes { id } totalCount } }`;
  const find = async (period: object) => {
    const { employees } = expectData(await t.gql(query, { period, department }, t.viewer));
    expect(employees.totalCount).toBe(employees.nodes.length);
    return employees.nodes.map((node: { id: string }) => node.id);
  };
  expect(await find(november)).toEqual([none, half, voided]);
  expect(await find({ start: '2026-11-05', end: '2026-11-12' })).toEqual([none, voided]);
  expect(await find({ start: '2026-12-10', end: '2026-12-11' })).toContain(all);
  const answer = await t.gql(query, { period: { start: '2026-11-30', end: '2026-11-01' } }, t.viewer);
  expect(answer.errors?.[0]?.extensions).toEqual({
    code: 'BAD_USER_INPUT',
    field: 'filter.withoutSalaryFor',
  });
});

test('all of it leaves no fault', async () => {
  expect(faultsIn(t.logLines)).toEqual([]);
});
