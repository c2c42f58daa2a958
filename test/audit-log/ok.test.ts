import { expect, test } from 'vitest';
import { expectCode, expectData } from '../expect.js';
import { useStipend } from '../harness.js';
import { changed, euro, newHire } from '../hire-employee/support.js';
import { faultsIn } from '../invariants.js';
import { paid, salary } from '../issue-payment/support.js';
import { voided } from '../void-payment/support.js';

const t = await useStipend();
const other = await t.account('olga', 'ADMIN');
const { id: employeeId } = await changed(t, 'hireEmployee', newHire());
t.clock.advance(1_000);
const raise = { id: employeeId, version: 1, salary: euro('6000'), salaryEffectiveFrom: '2026-11-10' };
const bankAccount = { holder: 'Nia', country: 'DE', accountNumber: 'DE89370400440532013000' };
const { id: paymentId } = await paid(t, salary(employeeId));
await changed(t, 'editEmployee', { ...raise, bankAccount });
t.clock.advance(1_000);
await voided(t, paymentId, 'Too early');

const query = `query ($first: Int, $after: String, $filter: AuditFilter) {
  auditLog(first: $first, after: $after, filter: $filter) {
    nodes { id at actor { username } action subject changes { field before after } ip count hash }
    pageInfo { endCursor hasNextPage } totalCount } }`;

async function find(filter: object = {}, page: object = {}) {
  return expectData(await t.gql(query, { filter, ...page }, t.admin)).auditLog;
}

const actionsOf = ({ nodes }: { nodes: Array<{ action: string }> }) => nodes.map(({ action }) => action);

test('an entry says what was done, by whom, when, from where, and what changed', async () => {
  const { nodes } = await find({ subject: employeeId });
  expect(actionsOf({ nodes })).toEqual(['employee.edited', 'employee.hired']);
  expect(nodes[0]).toEqual({
    id: expect.any(String),
    at: new Date(t.clock.now().getTime() - 1_000).toISOString(),
    actor: { username: 'admin' },
    action: 'employee.edited',
    subject: employeeId,
    changes: [
      { field: 'bankAccount', before: null, after: 'Nia, DE, …3000' },
      { field: 'salary', before: '5000.00 EUR per month', after: '6000.00 EUR per month from 2026-11-10' },
      // The day is in a period that is paid already: the payment stays as it is.
      { field: 'paidPeriods', before: null, after: '2026-11-01 to 2026-11-30' },
    ],
    ip: '127.0.0.1',
    count: 1,
    hash: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
});

test('entries are found by actor, action, subject and time', async () => {
  expect(actionsOf(await find({ subject: paymentId }))).toEqual(['payment.voided', 'payment.issued']);
  const voids = await find({ action: 'payment.voided' });
  expect(voids.nodes).toMatchObject([
    { subject: paymentId, changes: [{ field: 'status' }, { after: 'Too early' }] },
  ]);
  expect(actionsOf(await find({ actorId: other.id }))).toEqual(['login.succeeded']);
  const now = t.clock.now();
  expect(actionsOf(await find({ from: now.toISOString() }))).toEqual(['payment.voided']);
  const before = await find({ to: now.toISOString(), actorId: t.admin.id, action: 'employee.edited' });
  expect(before).toMatchObject({ totalCount: 1 });
  expect((await find({ action: 'nothing.done' })).nodes).toEqual([]);
});

test('pages go on where the one before ended, and have every entry once', async () => {
  const all = await find({}, { first: 100 });
  const seen: string[] = [];
  for (let after: string | null = null; ; ) {
    const page = await find({}, { first: 2, after });
    seen.push(...page.nodes.map(({ id }: { id: string }) => id));
    if (!page.pageInfo.hasNextPage) break;
    after = page.pageInfo.endCursor;
  }
  expect(seen).toEqual(all.nodes.map(({ id }: { id: string }) => id));
  expect(seen).toHaveLength(all.totalCount);
  const [stored] = await t.database.sql<{ count: number }>('SELECT count(*)::int FROM audit_entries');
  expect(seen).toHaveLength(stored?.count ?? 0);
});

test('only admins read it, and a bad filter is BAD_USER_INPUT with its field', async () => {
  for (const account of [t.viewer, t.employee]) {
    expectCode(await t.gql(query, {}, account), 'FORBIDDEN');
  }
  expectCode(await t.gql(query, {}), 'UNAUTHENTICATED');
  expectCode(await t.gql(query, { filter: { subject: 'x' } }, t.admin), 'BAD_USER_INPUT', {
    field: 'filter.subject',
  });
  expectCode(await t.gql(query, { filter: { actorId: 'x' } }, t.admin), 'BAD_USER_INPUT', {
    field: 'filter.actorId',
  });
});

test('no account number, password or token is in it', async () => {
  const text = JSON.stringify(await find({}, { first: 100 }));
  for (const secret of ['0532', t.admin.token, 'correct horse']) expect(text).not.toContain(secret);
  expect(faultsIn(t.logLines)).toEqual([]);
});
