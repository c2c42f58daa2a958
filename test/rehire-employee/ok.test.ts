import { expect, test } from 'vitest';
import { logIn } from '../client.js';
import { auditOf } from '../edit-employee/support.js';
import { insertEmployee, userPassword } from '../factories.js';
import { useStipend } from '../harness.js';
import { advanceTo, change, changed, euro, newHire, read } from '../hire-employee/support.js';
import { expectInvariants, expectRefusal, faultsIn } from '../invariants.js';

const t = await useStipend();
const left = (terminatedOn = '2026-06-30') => insertEmployee(t.database, { terminatedOn });
const again = (id: string, given: object = {}) => ({
  ...{ id, version: 1, hiredOn: '2026-11-01', salary: euro('6000'), salaryUnit: 'MONTH' },
  ...given,
});

test('somebody who comes back has one record, with both employments', async () => {
  const id = await left();
  const after = await changed(t, 'rehireEmployee', again(id));
  expect(after).toMatchObject({
    id,
    version: 2,
    status: 'ACTIVE',
    hiredOn: '2026-11-01',
    terminatedOn: null,
  });
  expect(after.salary).toEqual(euro('6000.00'));
  expect(after.employments).toEqual([
    { startedOn: '2026-11-01', endedOn: null },
    { startedOn: '2020-01-01', endedOn: '2026-06-30' },
  ]);
  expect(after.salaryHistory.nodes.map((node: { effectiveFrom: string }) => node.effectiveFrom)).toEqual([
    '2026-11-01',
    '2020-01-01',
  ]);
  expect((await auditOf(t, id)).at(-1)).toMatchObject({ action: 'employee.rehired', actor_id: t.admin.id });
});

test('a rehire for a later day is UPCOMING, and the day after the last one is the first that can be', async () => {
  const later = await changed(t, 'rehireEmployee', again(await left(), { hiredOn: '2027-01-01' }));
  expect(later).toMatchObject({ status: 'UPCOMING', salary: euro('5000.00') });
  const next = await changed(t, 'rehireEmployee', again(await left('2026-11-20'), { hiredOn: '2026-11-21' }));
  expect(next.employments).toHaveLength(2);
});

test('a salary that had been set for a later day is not paid in the new employment', async () => {
  const { id } = await changed(t, 'hireEmployee', newHire({ hiredOn: '2026-01-01' }));
  const raise = { salary: euro('9000'), salaryEffectiveFrom: '2026-12-01' };
  await changed(t, 'editEmployee', { id, version: 1, ...raise });
  await changed(t, 'terminateEmployee', { id, version: 2, terminatedOn: '2026-10-31' });
  await changed(t, 'rehireEmployee', again(id, { version: 3 }));
  await advanceTo(t, '2026-12-22T00:00:00Z');
  t.viewer.token = await logIn(t.url, t.viewer.username, userPassword);
  expect((await read(t, id)).salary).toEqual(euro('6000.00'));
});

test('who has not left is CONFLICT, and a day that is not after the last one is BAD_USER_INPUT', async () => {
  const refused = (input: object, code: string, field?: string, account: { token: string } = t.admin) =>
    expectRefusal(t.database, () => change(t, 'rehireEmployee', input, account), { code, field });
  const active = await insertEmployee(t.database);
  await refused(again(active), 'CONFLICT', 'id');
  const leaving = await left('2027-03-31');
  await refused(again(leaving, { hiredOn: '2027-04-01' }), 'CONFLICT', 'id');
  const id = await left();
  await refused(again(id, { hiredOn: '2026-06-30' }), 'BAD_USER_INPUT', 'hiredOn');
  await refused(again(id, { hiredOn: '2019-01-01' }), 'BAD_USER_INPUT', 'hiredOn');
  await refused(again(id, { salary: euro('-1') }), 'BAD_USER_INPUT', 'salary');
  await refused(again(id, { version: 2 }), 'CONFLICT', 'version');
  await refused(again(t.admin.id), 'NOT_FOUND', 'id');
  await refused(again(id), 'FORBIDDEN', undefined, t.viewer);
});

test('the database takes no employments that overlap, and no end before the first day', async () => {
  const id = await left();
  const insert = `INSERT INTO employments (employee_id, started_on, ended_on) VALUES ($1, $2, $3)`;
  await expect(t.database.sql(insert, [id, '2026-06-30', null])).rejects.toThrow('employments_days_excl');
  await expect(t.database.sql(insert, [id, '2027-02-01', '2027-01-01'])).rejects.toThrow(
    'employments_days_check',
  );
});

test('all of it leaves the database sound', async () => {
  await expectInvariants(t.database);
  expect(faultsIn(t.logLines)).toEqual([]);
});
