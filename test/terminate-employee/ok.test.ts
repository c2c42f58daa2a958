import { expect, test } from 'vitest';
import { auditOf } from '../edit-employee/support.js';
import { insertPayment } from '../factories.js';
import { useStipend } from '../harness.js';
import { advanceTo, changed, newHire, read } from '../hire-employee/support.js';
import { expectInvariants, faultsIn } from '../invariants.js';

const t = await useStipend();
const loaded: string[] = [];
const hired = (given: object = {}) => changed(t, 'hireEmployee', newHire(given));
const terminated = (input: object) => changed(t, 'terminateEmployee', input);

test('an employee works here up to and including the last day', async () => {
  const { id } = await hired();
  const after = await terminated({ id, version: 1, terminatedOn: '2026-11-22' });
  expect(after).toMatchObject({ version: 2, status: 'ACTIVE', terminatedOn: '2026-11-22' });
  expect(after.employments).toEqual([{ startedOn: '2026-11-01', endedOn: '2026-11-22' }]);
  await advanceTo(t, '2026-11-23T00:00:00Z');
  expect((await read(t, id)).status).toBe('TERMINATED');
  expect((await auditOf(t, id)).at(-1)).toMatchObject({
    action: 'employee.terminated',
    changes: [{ field: 'terminatedOn', before: null, after: '2026-11-22' }],
  });
});

test('an end that has not come is taken back, or moved', async () => {
  const { id } = await hired();
  await terminated({ id, version: 1, terminatedOn: '2026-12-31' });
  const moved = await terminated({ id, version: 2, terminatedOn: '2026-12-15' });
  expect(moved.employments).toEqual([{ startedOn: '2026-11-01', endedOn: '2026-12-15' }]);
  const lastOfAll = await terminated({ id, version: 3, terminatedOn: '9999-12-31' });
  expect(lastOfAll.terminatedOn).toBe('9999-12-31');
  const after = await terminated({ id, version: 4, terminatedOn: null });
  expect(after).toMatchObject({ version: 5, status: 'ACTIVE', terminatedOn: null });
  expect(after.employments).toEqual([{ startedOn: '2026-11-01', endedOn: null }]);
});

test('the end that there is already, and none where there is no end, are no change', async () => {
  const { id } = await hired();
  expect((await terminated({ id, version: 1 })).version).toBe(1);
  expect((await terminated({ id, version: 1, terminatedOn: null })).version).toBe(1);
  await terminated({ id, version: 1, terminatedOn: '2026-12-31' });
  expect((await terminated({ id, version: 2, terminatedOn: '2026-12-31' })).version).toBe(2);
});

test('an end within a paid period changes no payment, and is marked in the audit entry', async () => {
  const { id } = await hired();
  loaded.push(
    await insertPayment(t.database, { employeeId: id, kind: 'SALARY', period: ['2026-11-01', '2026-11-30'] }),
  );
  const before = await t.database.sql('SELECT * FROM payments');
  await terminated({ id, version: 1, terminatedOn: '2026-11-30' });
  await terminated({ id, version: 2, terminatedOn: '2026-11-20' });
  expect(await t.database.sql('SELECT * FROM payments')).toEqual(before);
  const changes = (await auditOf(t, id)).map((entry) => entry.changes.slice(1));
  expect(changes.slice(1)).toEqual([
    [],
    [{ field: 'paidPeriods', before: null, after: '2026-11-01 to 2026-11-30' }],
  ]);
});

test('all of it leaves the database sound', async () => {
  await expectInvariants(t.database, loaded);
  expect(faultsIn(t.logLines)).toEqual([]);
});
