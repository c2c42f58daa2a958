import { expect, test } from 'vitest';
import { useStipend } from '../harness.js';
import { expectInvariants, expectRefusal, faultsIn } from '../invariants.js';
import { edit, edited, hired, read, type Shown } from './support.js';

const t = await useStipend();

const euro = (amount: string) => ({ amount, currency: 'EUR' });

/** @returns the salary in force on a day, as the API says */
async function salaryAt(id: string, date: string): Promise<string | null> {
  const query = `query ($id: ID!, $date: Date!) {
    employee(id: $id) { salaryAt(date: $date) { salary { amount currency } unit } }
  }`;
  const { salaryAt: at } = (await t.gql(query, { id, date }, t.admin)).data.employee;
  return at && `${at.salary.amount} ${at.salary.currency} ${at.unit}`;
}

const historyOf = ({ salaryHistory }: Shown): string[] =>
  salaryHistory.nodes.map(
    ({ effectiveFrom, salary, unit }: Shown) =>
      `${effectiveFrom} ${salary.amount} ${salary.currency} ${unit}`,
  );

test('a new salary is a new row of the history, from today on, and the old one stays', async () => {
  const { id } = await hired(t);
  const after = await edited(t, { id, version: 1, salary: euro('5500.5') });
  expect(after.salary).toEqual(euro('5500.50'));
  expect(after.salaryHistory.nodes).toEqual([
    {
      effectiveFrom: '2026-11-22',
      salary: euro('5500.50'),
      unit: 'MONTH',
      changedBy: { username: 'admin' },
      changedAt: t.clock.now().toISOString(),
    },
    expect.objectContaining({ effectiveFrom: '2020-01-01', salary: euro('5000.00'), unit: 'MONTH' }),
  ]);
  expect(await salaryAt(id, '2026-11-21')).toBe('5000.00 EUR MONTH');
  expect(await salaryAt(id, '2026-11-22')).toBe('5500.50 EUR MONTH');
});

test('a salary of the future is in force from its day, and not before', async () => {
  const { id } = await hired(t);
  const after = await edited(t, { id, version: 1, salary: euro('6000'), salaryEffectiveFrom: '2026-11-23' });
  expect(after).toMatchObject({ version: 2, salary: euro('5000.00') });
  expect(await salaryAt(id, '2026-11-22')).toBe('5000.00 EUR MONTH');
  expect(await salaryAt(id, '2026-11-23')).toBe('6000.00 EUR MONTH');
  expect(await salaryAt(id, '2099-12-31')).toBe('6000.00 EUR MONTH');
});

test('a salary of the past is in force from its day to the next change', async () => {
  const { id } = await hired(t);
  await edited(t, { id, version: 1, salary: euro('7000'), salaryEffectiveFrom: '2026-06-01' });
  const after = await edited(t, { id, version: 2, salary: euro('6000'), salaryEffectiveFrom: '2023-01-01' });
  expect(after.salary).toEqual(euro('7000.00'));
  expect(historyOf(after)).toEqual([
    '2026-06-01 7000.00 EUR MONTH',
    '2023-01-01 6000.00 EUR MONTH',
    '2020-01-01 5000.00 EUR MONTH',
  ]);
  expect(await salaryAt(id, '2022-12-31')).toBe('5000.00 EUR MONTH');
  expect(await salaryAt(id, '2026-05-31')).toBe('6000.00 EUR MONTH');
});

test('of several changes for one day the newest counts, however fast they follow', async () => {
  const { id } = await hired(t);
  for (let version = 1; version <= 8; version++) {
    const after = await edited(t, { id, version, salary: euro(`${1000 + version}`) });
    expect(after.salary).toEqual(euro(`${1000 + version}.00`));
  }
  expect(historyOf(await read(t, id)).slice(0, 2)).toEqual([
    '2026-11-22 1008.00 EUR MONTH',
    '2026-11-22 1007.00 EUR MONTH',
  ]);
});

test('the first salary can be put right, from the first day on', async () => {
  const { id } = await hired(t);
  const after = await edited(t, { id, version: 1, salary: euro('4000'), salaryEffectiveFrom: '2020-01-01' });
  expect(after.salary).toEqual(euro('4000.00'));
  expect(await salaryAt(id, '2020-01-01')).toBe('4000.00 EUR MONTH');
});

test('a rise that is yet to come is taken back by naming its day', async () => {
  const { id } = await hired(t);
  await edited(t, { id, version: 1, salary: euro('9000'), salaryEffectiveFrom: '2027-01-01' });
  await edited(t, { id, version: 2, salary: euro('5000'), salaryEffectiveFrom: '2027-01-01' });
  expect(await salaryAt(id, '2027-01-01')).toBe('5000.00 EUR MONTH');
});

test('salaryUnit alone keeps the amount, and salary alone keeps the unit', async () => {
  const { id } = await hired(t);
  const byYear = await edited(t, { id, version: 1, salaryUnit: 'YEAR' });
  expect(byYear).toMatchObject({ version: 2, salary: euro('5000.00'), salaryUnit: 'YEAR' });
  const more = await edited(t, { id, version: 2, salary: { amount: '70000', currency: 'USD' } });
  expect(more).toMatchObject({ salary: { amount: '70000.00', currency: 'USD' }, salaryUnit: 'YEAR' });
  const later = await edited(t, { id, version: 3, salaryUnit: 'HOUR', salaryEffectiveFrom: '2027-01-01' });
  expect(later.salaryUnit).toBe('YEAR');
  expect(await salaryAt(id, '2027-01-01')).toBe('70000.00 USD HOUR');
});

test('salaryEffectiveFrom alone, before the first day, or after the last, is BAD_USER_INPUT', async () => {
  const { id } = await hired(t, { terminatedOn: '2026-12-31' });
  const salary = euro('1');
  for (const fields of [
    { salaryEffectiveFrom: '2026-12-01' },
    { salaryEffectiveFrom: '2026-12-01', name: 'Somebody' },
    { salaryEffectiveFrom: '2019-12-31', salary },
    { salaryEffectiveFrom: '2027-01-01', salary },
    { salaryEffectiveFrom: '2027-01-01', salaryUnit: 'HOUR', name: 'Somebody' },
  ]) {
    await expectRefusal(t.database, () => edit(t, { id, version: 1, ...fields }), {
      code: 'BAD_USER_INPUT',
      field: 'salaryEffectiveFrom',
    });
  }
  await edited(t, { id, version: 1, salary, salaryEffectiveFrom: '2026-12-31' });
});

test('somebody who has yet to start is given another salary from the first day', async () => {
  const { id } = await hired(t, { hiredOn: '2027-02-01' });
  const after = await edited(t, { id, version: 1, salary: euro('6000') });
  expect(after.salary).toEqual(euro('6000.00'));
  expect(historyOf(after)[0]).toBe('2027-02-01 6000.00 EUR MONTH');
});

test.each([
  ['JPY', '500000', '500000'],
  ['BHD', '1500.125', '1500.125'],
])('a salary in %s is kept to the last digit', async (currency, amount, shown) => {
  const { id } = await hired(t);
  const after = await edited(t, { id, version: 1, salary: { amount, currency } });
  expect(after.salary).toEqual({ amount: shown, currency });
});

test.each([
  [{ amount: '0.1', currency: 'JPY' }, 'salary'],
  [euro('1.005'), 'salary'],
  [euro('1e3'), 'salary'],
  [euro('NaN'), 'salary'],
  [euro('-1'), 'salary'],
  [euro('0'), 'salary'],
  [euro('9'.repeat(40)), 'salary'],
  [euro('92233720368547758.08'), 'salary'],
  [{ amount: 1000, currency: 'EUR' }, 'salary'],
  [euro('٣'), 'salary'],
  [{ amount: '1', currency: 'eur' }, 'salary.currency'],
  [{ amount: '1', currency: 'XXX' }, 'salary.currency'],
  [{ amount: '1', currency: 978 }, 'salary.currency'],
])('the salary %j is BAD_USER_INPUT', async (salary, field) => {
  const { id } = await hired(t);
  const inDocument = `mutation { editEmployee(input: { id: "${id}", version: 1, salary: {
    amount: ${JSON.stringify(salary.amount)}, currency: ${JSON.stringify(salary.currency)}
  } }) { employee { id } } }`;
  const refused = { code: 'BAD_USER_INPUT', field };
  await expectRefusal(t.database, () => edit(t, { id, version: 1, salary }), refused);
  await expectRefusal(t.database, () => t.gql(inDocument, {}, t.admin), refused);
});

test('all of it leaves the database sound', async () => {
  await expectInvariants(t.database);
  expect(faultsIn(t.logLines)).toEqual([]);
});
