import { expect, test } from 'vitest';
import { expectCode } from '../expect.js';
import { insertEmployee } from '../factories.js';
import { useStipend } from '../harness.js';
import { readData } from '../payments/reads.js';
import { insertSalaryChange } from '../payments/rows.js';

const t = await useStipend();

const whole = `query ($id: ID!) { employee(id: $id) {
  id version name email title department status hiredOn terminatedOn salary { amount currency } salaryUnit
  bankAccount { holder country lastFour } createdAt updatedAt
  payments { totalCount } salaryHistory { totalCount } } }`;

const pay =
  'query ($id: ID!) { employee(id: $id) { status terminatedOn salary { amount currency } salaryUnit } }';

async function readPay(id: string) {
  return (await readData(t, pay, { id }, t.viewer)).employee;
}

test('an employee is read with everything that the record says', async () => {
  const id = await insertEmployee(t.database, {
    name: 'Zoë Ñandú',
    email: 'Zoe@example.com',
    title: 'Head of Tests',
    department: 'Quality',
    hiredOn: '2024-02-29',
    terminatedOn: '2027-03-31',
    salaryMinor: 6_000_050n,
    unit: 'YEAR',
  });
  await t.database.sql(
    `UPDATE employees SET created_at = '2024-02-01T08:00:00.001Z', updated_at = '2026-01-02T03:04:05.678Z', version = 7
     WHERE id = $1`,
    [id],
  );
  const expected = {
    id,
    version: 7,
    name: 'Zoë Ñandú',
    email: 'Zoe@example.com',
    title: 'Head of Tests',
    department: 'Quality',
    status: 'ACTIVE',
    hiredOn: '2024-02-29',
    terminatedOn: '2027-03-31',
    salary: { amount: '60000.50', currency: 'EUR' },
    salaryUnit: 'YEAR',
    bankAccount: null,
    createdAt: '2024-02-01T08:00:00.001Z',
    updatedAt: '2026-01-02T03:04:05.678Z',
    payments: { totalCount: 0 },
    salaryHistory: { totalCount: 1 },
  };
  for (const reader of [t.viewer, t.admin]) {
    expect((await readData(t, whole, { id }, reader)).employee).toEqual(expected);
  }
  expect((await readData(t, whole, { id: id.toUpperCase() }, t.viewer)).employee).toEqual(expected);
});

test('an EMPLOYEE reads the own record', async () => {
  const data = await readData(t, whole, { id: t.employee.employeeId }, t.employee);
  expect(data.employee).toMatchObject({ id: t.employee.employeeId, name: 'Emil Own' });
});

test('no more of a bank account is shown than its last four characters', async () => {
  const id = await insertEmployee(t.database);
  await t.database.sql(
    `UPDATE employees SET bank_holder = 'A. Holder', bank_country = 'DE', bank_last_four = '3000',
       bank_account_sealed = '\\xc0ffee' WHERE id = $1`,
    [id],
  );
  for (const reader of [t.viewer, t.admin]) {
    const answer = await t.gql(whole, { id }, reader);
    expect(answer.data.employee.bankAccount).toEqual({
      holder: 'A. Holder',
      country: 'DE',
      lastFour: '3000',
    });
    expect(answer.text).not.toMatch(/c0ffee|wP\/u/i);
  }
  for (const field of ['accountNumber', 'bankAccountSealed']) {
    const asked = await t.gql(
      `query ($id: ID!) { employee(id: $id) { bankAccount { ${field} } } }`,
      { id },
      t.admin,
    );
    expectCode(asked, 'GRAPHQL_VALIDATION_FAILED');
  }
});

test.each([
  ['2026-11-21', 'TERMINATED'],
  ['2026-11-22', 'ACTIVE'],
  ['2026-11-23', 'ACTIVE'],
  [null, 'ACTIVE'],
])('with %s as the last day, on 2026-11-22 the status is %s', async (terminatedOn, status) => {
  const id = await insertEmployee(t.database, { terminatedOn });
  expect(await readPay(id)).toMatchObject({ status, terminatedOn });
});

test.each([
  ['JPY', 1n, '1'],
  ['JPY', 655_000n, '655000'],
  ['EUR', 1n, '0.01'],
  ['EUR', 100n, '1.00'],
  ['EUR', 123_450n, '1234.50'],
  ['BHD', 7n, '0.007'],
  ['BHD', 2_450_000n, '2450.000'],
  ['CLP', 990n, '990'],
  ['IQD', 1_500n, '1.500'],
  ['EUR', 9_223_372_036_854_775_807n, '92233720368547758.07'],
])('%s %i in minor units reads %s', async (currency, salaryMinor, amount) => {
  const id = await insertEmployee(t.database, { currency, salaryMinor });
  expect((await readPay(id)).salary).toEqual({ amount, currency });
});

test('the salary is the one in force today: a change counts from its day on, not before', async () => {
  const id = await insertEmployee(t.database, { hiredOn: '2020-01-01', salaryMinor: 100_000n });
  await insertSalaryChange(t.database, {
    employeeId: id,
    effectiveFrom: '2026-11-23',
    salaryMinor: 300_000n,
  });
  expect((await readPay(id)).salary.amount).toBe('1000.00');
  await insertSalaryChange(t.database, {
    employeeId: id,
    effectiveFrom: '2026-11-22',
    salaryMinor: 20_000n,
    unit: 'HOUR',
  });
  expect(await readPay(id)).toMatchObject({ salary: { amount: '200.00' }, salaryUnit: 'HOUR' });
});

test('of two salaries from one day on, the one set last is in force', async () => {
  const id = await insertEmployee(t.database, { hiredOn: '2020-01-01', salaryMinor: 100_000n });
  await insertSalaryChange(t.database, {
    employeeId: id,
    effectiveFrom: '2020-01-01',
    salaryMinor: 111_100n,
  });
  expect((await readPay(id)).salary.amount).toBe('1111.00');
});

test('somebody who has yet to start is shown with the first salary that will be paid', async () => {
  const id = await insertEmployee(t.database, { hiredOn: '2027-01-01', salaryMinor: 420_000n });
  await insertSalaryChange(t.database, {
    employeeId: id,
    effectiveFrom: '2027-06-01',
    salaryMinor: 430_000n,
  });
  const data = await readData(
    t,
    `query ($id: ID!) { employee(id: $id) {
       status salary { amount } today: salaryAt(date: "2026-11-22") { effectiveFrom }
       start: salaryAt(date: "2027-01-01") { salary { amount } } } }`,
    { id },
    t.viewer,
  );
  expect(data.employee).toEqual({
    status: 'UPCOMING',
    salary: { amount: '4200.00' },
    today: null,
    start: { salary: { amount: '4200.00' } },
  });
});
