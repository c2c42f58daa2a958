import { expect, test } from 'vitest';
import { expectData } from '../expect.js';
import { insertEmployee, insertPayment } from '../factories.js';
import { useStipend } from '../harness.js';
import { change, changed, euro, read } from '../hire-employee/support.js';
import { expectRefusal, faultsIn } from '../invariants.js';

const t = await useStipend();

test.each([
  ['BGN', '123.45'],
  ['ITL', '12345'],
  ['QQQ', '123.45'],
])('a payment in %s, which has ended or never was, is shown in lists and alone', async (currency, amount) => {
  const employeeId = await insertEmployee(t.database, { currency, salaryMinor: 12_345n });
  const id = await insertPayment(t.database, { employeeId, currency, amountMinor: 12_345n });
  const money = { amount, currency };
  const query = `query ($id: ID!, $employeeId: ID!) {
    payment(id: $id) { amount { amount currency } }
    payments { nodes { id amount { amount currency } } }
    employee(id: $employeeId) { salary { amount currency } payments { nodes { amount { amount currency } } } } }`;
  const data = expectData(await t.gql(query, { id, employeeId }, t.viewer));
  expect(data.payment).toEqual({ amount: money });
  expect(data.payments.nodes).toContainEqual({ id, amount: money });
  expect(data.employee).toEqual({ salary: money, payments: { nodes: [{ amount: money }] } });
});

test('payments in a currency that has ended are found by it', async () => {
  const query = '{ payments(filter: { currency: "BGN" }) { nodes { amount { currency } } } }';
  expect(expectData(await t.gql(query, {}, t.viewer)).payments.nodes).toEqual([
    { amount: { currency: 'BGN' } },
  ]);
});

test('an employee without a salary is in lists, and can be edited and given one', async () => {
  const id = '01900000-0000-7000-8000-000000000001';
  await t.database.sql(
    `INSERT INTO employees (id, name, email, title, department, hired_on) VALUES ($1, 'Old', 'old@example.com', 'x', 'x', '2020-01-01')`,
    [id],
  );
  const query = `{ employees { nodes { id salary { amount } salaryUnit } totalCount }
    plain: employees { nodes { id } } }`;
  const data = expectData(await t.gql(query, {}, t.viewer));
  expect(data.employees.nodes).toContainEqual({ id, salary: null, salaryUnit: null });
  expect(data.employees.nodes).toHaveLength(data.employees.totalCount);
  expect(data.plain.nodes).toContainEqual({ id });
  expect(await read(t, id)).toMatchObject({ id, salary: null, salaryUnit: null });

  const renamed = await changed(t, 'editEmployee', { id, version: 1, name: 'Renamed' });
  expect(renamed).toMatchObject({ version: 2, name: 'Renamed', salary: null });
  const refused = (fields: object, field: string) =>
    expectRefusal(t.database, () => change(t, 'editEmployee', { id, version: 2, ...fields }), {
      ...{ code: 'BAD_USER_INPUT', field },
    });
  await refused({ salary: euro('5000') }, 'salaryUnit');
  await refused({ salaryUnit: 'MONTH' }, 'salary');
  const after = await changed(t, 'editEmployee', {
    id,
    version: 2,
    salary: euro('5000'),
    salaryUnit: 'MONTH',
  });
  expect(after).toMatchObject({ version: 3, salary: euro('5000.00'), salaryUnit: 'MONTH' });
});

test('all of it leaves no fault', () => {
  expect(faultsIn(t.logLines)).toEqual([]);
});
