import { expect, test } from 'vitest';
import { useStipend } from '../harness.js';
import { advanceTo, change, changed, newHire } from '../hire-employee/support.js';
import { expectInvariants, expectRefusal, faultsIn } from '../invariants.js';

const t = await useStipend();
const { id } = await changed(t, 'hireEmployee', newHire());
const refused = (input: object, code: string, field?: string, account: { token: string } = t.admin) =>
  expectRefusal(t.database, () => change(t, 'terminateEmployee', input, account), { code, field });

test('a day before the first one is BAD_USER_INPUT', async () => {
  await refused({ id, version: 1, terminatedOn: '2026-10-31' }, 'BAD_USER_INPUT', 'terminatedOn');
  await refused({ id, version: 1, terminatedOn: '2026-11-31' }, 'BAD_USER_INPUT', 'terminatedOn');
  await refused({ id: 'nobody', version: 1, terminatedOn: '2026-11-30' }, 'BAD_USER_INPUT', 'id');
});

test('an employee that there is not is NOT_FOUND, a stale version CONFLICT, and only admins may', async () => {
  const input = { id, version: 1, terminatedOn: '2026-11-30' };
  await refused({ ...input, id: t.admin.id }, 'NOT_FOUND', 'id');
  await refused({ ...input, version: 2 }, 'CONFLICT', 'version');
  await refused(input, 'FORBIDDEN', undefined, t.viewer);
  await refused(input, 'FORBIDDEN', undefined, t.employee);
});

test('of several ends of one version one is set', async () => {
  const { id: another } = await changed(t, 'hireEmployee', newHire());
  const days = ['2026-12-01', '2026-12-02', '2026-12-03'];
  const answers = await Promise.all(
    days.map((terminatedOn) => change(t, 'terminateEmployee', { id: another, version: 1, terminatedOn })),
  );
  expect(answers.filter(({ errors }) => !errors)).toHaveLength(1);
});

test('an end that has passed is not taken back', async () => {
  await changed(t, 'terminateEmployee', { id, version: 1, terminatedOn: '2026-11-22' });
  await advanceTo(t, '2026-11-23T00:00:00Z');
  await refused({ id, version: 2, terminatedOn: null }, 'CONFLICT', 'terminatedOn');
});

test('all of it leaves the database sound', async () => {
  await expectInvariants(t.database);
  expect(faultsIn(t.logLines)).toEqual([]);
});
