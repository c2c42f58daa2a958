import { expect, test } from 'vitest';
import { auditOf } from '../edit-employee/support.js';
import { expectData } from '../expect.js';
import { useStipend } from '../harness.js';
import { expectInvariants, faultsIn } from '../invariants.js';
import { advanceTo, changed, euro, newHire, read } from './support.js';

const t = await useStipend();

test('a new employee has a record, an employment, and a salary from the first day on', async () => {
  const bankAccount = { holder: 'Nia New', country: 'DE', accountNumber: 'DE89370400440532013000' };
  const hire = newHire({ name: '  Nia New ', bankAccount });
  const employee = await changed(t, 'hireEmployee', hire);
  const { id, ...shown } = employee;
  expect(shown).toEqual({
    version: 1,
    name: 'Nia New',
    email: hire.email,
    title: 'Engineer',
    department: 'Engineering',
    status: 'ACTIVE',
    hiredOn: '2026-11-01',
    terminatedOn: null,
    employments: [{ startedOn: '2026-11-01', endedOn: null }],
    salary: euro('5000.00'),
    salaryUnit: 'MONTH',
    bankAccount: { holder: 'Nia New', country: 'DE', lastFour: '3000' },
    salaryHistory: { nodes: [{ effectiveFrom: '2026-11-01', salary: euro('5000.00'), unit: 'MONTH' }] },
  });
  expect(await read(t, id)).toEqual(employee);
  const entries = await auditOf(t, id);
  expect(entries).toMatchObject([{ actor_id: t.admin.id, action: 'employee.hired' }]);
  expect(entries[0]?.changes).toContainEqual({
    field: 'salary',
    before: null,
    after: '5000.00 EUR per month',
  });
  expect(JSON.stringify(entries)).not.toContain('0532');
});

test('somebody hired for a later day is UPCOMING until that day, and found as such', async () => {
  const { id, status, salary } = await changed(t, 'hireEmployee', newHire({ hiredOn: '2026-11-23' }));
  expect({ status, salary }).toEqual({ status: 'UPCOMING', salary: euro('5000.00') });
  const found = async (wanted: string) => {
    const query =
      'query ($status: EmployeeStatus) { employees(filter: { status: $status }) { nodes { id } } }';
    const { employees } = expectData(await t.gql(query, { status: wanted }, t.admin));
    return employees.nodes.some((node: { id: string }) => node.id === id);
  };
  expect([await found('UPCOMING'), await found('ACTIVE'), await found('TERMINATED')]).toEqual([
    true,
    false,
    false,
  ]);
  await advanceTo(t, '2026-11-23T00:00:00Z');
  expect((await read(t, id)).status).toBe('ACTIVE');
  expect([await found('UPCOMING'), await found('ACTIVE')]).toEqual([false, true]);
});

test('the employments of a page of employees are those of each', async () => {
  const { employees } = expectData(
    await t.gql(
      '{ employees { nodes { hiredOn terminatedOn employments { startedOn endedOn } } } }',
      {},
      t.admin,
    ),
  );
  expect(employees.nodes).toHaveLength(3);
  for (const { hiredOn, terminatedOn, employments } of employees.nodes) {
    expect(employments).toEqual([{ startedOn: hiredOn, endedOn: terminatedOn }]);
  }
});

test('all of it leaves the database sound', async () => {
  await expectInvariants(t.database);
  expect(faultsIn(t.logLines)).toEqual([]);
});
