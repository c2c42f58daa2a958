import { expect, test } from 'vitest';
import { insertEmployee, insertPayment } from '../factories.js';
import { useStipend } from '../harness.js';
import { connectionFields, cursorOf, idsOf, readData } from './reads.js';
import { insertLinkedPayment, insertPayRun } from './rows.js';

const t = await useStipend();

const own = t.employee.employeeId;
const other = await insertEmployee(t.database, { name: 'Somebody Else' });
const stray = await t.account('stray', 'EMPLOYEE');
const payRunId = await insertPayRun(t.database, t.admin.id);
const at = (hour: number) => new Date(Date.UTC(2026, 9, 1, hour));

// Own and others' payments take turns in time.
const mine = [
  await insertPayment(t.database, { employeeId: own, issuedAt: at(2) }),
  await insertLinkedPayment(t.database, { employeeId: own, issuedAt: at(4), payRunId }),
  await insertPayment(t.database, { employeeId: own, issuedAt: at(6) }),
].toReversed();
await insertPayment(t.database, { employeeId: other, issuedAt: at(1) });
await insertPayment(t.database, { employeeId: other, issuedAt: at(3), kind: 'EXPENSE', currency: 'JPY' });
await insertLinkedPayment(t.database, { employeeId: other, issuedAt: at(5), payRunId });
await insertPayment(t.database, { employeeId: other, issuedAt: at(7), voided: true });

const list = `query ($first: Int = 100, $after: String, $filter: PaymentFilter) {
  payments(first: $first, after: $after, filter: $filter) { ${connectionFields} totalCount } }`;

const nothing = {
  nodes: [],
  edges: [],
  pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
  totalCount: 0,
};

test('an EMPLOYEE’s list holds the own payments alone, and counts no others', async () => {
  const { payments } = await readData(t, list, {}, t.employee);
  expect(idsOf(payments)).toEqual(mine);
  expect(payments.edges.map(({ node }: { node: { id: string } }) => node.id)).toEqual(mine);
  expect(payments.totalCount).toBe(3);
  expect(payments.pageInfo.hasNextPage).toBe(false);
  expect((await readData(t, list, {}, t.viewer)).payments.totalCount).toBe(7);
});

test('the end of the own payments is the end of an EMPLOYEE’s list, though others’ follow', async () => {
  const { payments } = await readData(t, list, { first: 3 }, t.employee);
  expect(idsOf(payments)).toEqual(mine);
  expect(payments.pageInfo.hasNextPage).toBe(false);
});

const othersOnly = [
  { employeeId: other },
  { employeeId: other, payRunId },
  { employeeId: other, kind: 'BONUS' },
  { kind: 'EXPENSE' },
  { status: 'VOIDED' },
  { currency: 'JPY' },
  { issuedFrom: '2026-10-01T07:00:00Z' },
  { issuedTo: '2026-10-01T02:00:00Z' },
  { issuedFrom: '2026-10-01T05:00:00Z', issuedTo: '2026-10-01T06:00:00Z' },
];

test('to an EMPLOYEE, a filter that fits others’ payments finds nothing, as it would were there nothing', async () => {
  for (const filter of othersOnly) {
    expect((await readData(t, list, { filter }, t.viewer)).payments.totalCount).toBeGreaterThan(0);
    expect((await readData(t, list, { filter }, t.employee)).payments).toEqual(nothing);
  }
});

test('to an EMPLOYEE, a filter that fits own and others’ payments finds the own', async () => {
  for (const [filter, expected] of [
    [{ payRunId }, mine.slice(1, 2)],
    [{ employeeId: own }, mine],
    [{ kind: 'BONUS', status: 'ISSUED', currency: 'EUR' }, mine],
    [{ issuedFrom: '2026-10-01T03:00:00Z' }, mine.slice(0, 2)],
  ] as const) {
    const { payments } = await readData(t, list, { filter }, t.employee);
    expect(idsOf(payments)).toEqual(expected);
    expect(payments.totalCount).toBe(expected.length);
  }
});

test('a cursor that a VIEWER was given, or that is made up, opens nothing to an EMPLOYEE', async () => {
  const { payments } = await readData(t, list, {}, t.viewer);
  expect(payments.edges).toHaveLength(7);
  const given = payments.edges.map(({ cursor }: { cursor: string }) => cursor);
  const madeUp = cursorOf('payments', '9999-12-31T23:59:59.999Z', 'ffffffff-ffff-ffff-ffff-ffffffffffff');
  for (const after of [...given, madeUp]) {
    const continued = (await readData(t, list, { after }, t.employee)).payments;
    expect(mine).toEqual(expect.arrayContaining(idsOf(continued)));
    expect(continued.totalCount).toBe(3);
  }
});

test('an EMPLOYEE user who is no employee sees no payment, whatever the filter', async () => {
  for (const filter of [null, {}, { employeeId: own }, { employeeId: other }, { payRunId }]) {
    expect((await readData(t, list, { filter }, stray)).payments).toEqual(nothing);
  }
});

test('a nested filter by somebody else finds nothing, to anybody', async () => {
  const query = `query ($id: ID!, $other: ID!) { employee(id: $id) {
    payments(filter: { employeeId: $other }) { nodes { id } totalCount } } }`;
  for (const reader of [t.employee, t.viewer]) {
    const data = await readData(t, query, { id: own, other }, reader);
    expect(data.employee.payments).toEqual({ nodes: [], totalCount: 0 });
  }
});

test('no link of an own payment leads an EMPLOYEE to anybody else', async () => {
  const boss = await t.account('boss', 'ADMIN', other);
  const id = await insertLinkedPayment(t.database, { employeeId: own, issuedBy: boss.id, payRunId });
  const query = `query ($id: ID!) { payment(id: $id) {
    payRun { id } issuedBy { username employee { id name payments { totalCount } } }
    employee { id payments(first: 1) { totalCount nodes { payRun { id } issuedBy { employee { id } } } } } } }`;
  const seen = (await readData(t, query, { id }, t.employee)).payment;
  expect(seen).toEqual({
    payRun: null,
    issuedBy: { username: 'boss', employee: null },
    employee: {
      id: own,
      payments: { totalCount: 4, nodes: [{ payRun: null, issuedBy: { employee: null } }] },
    },
  });
  const whole = (await readData(t, query, { id }, t.viewer)).payment;
  expect(whole.payRun).toEqual({ id: payRunId });
  expect(whole.issuedBy.employee).toEqual({
    id: other,
    name: 'Somebody Else',
    payments: { totalCount: 4 },
  });
});

test('an EMPLOYEE sees the own record behind the user who issued, when that is the same person', async () => {
  const id = await insertLinkedPayment(t.database, { employeeId: own, issuedBy: t.employee.id });
  const query = 'query ($id: ID!) { payment(id: $id) { issuedBy { employee { id } } } }';
  const { payment } = await readData(t, query, { id }, t.employee);
  expect(payment.issuedBy.employee).toEqual({ id: own });
});
