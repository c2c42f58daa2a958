import { expect, test } from 'vitest';
import { expectCode } from '../expect.js';
import { insertPayment } from '../factories.js';
import { useStipend } from '../harness.js';
import { cursorOf, expectBadInput, hostileTexts, malformedCursors, noText, readData } from './reads.js';

const t = await useStipend();

await insertPayment(t.database, { employeeId: t.employee.employeeId });

const parameters = '$first: Int, $after: String, $filter: PaymentFilter';
const args = 'first: $first, after: $after, filter: $filter';
const lists = {
  payments: `query (${parameters}) { payments(${args}) { nodes { id } totalCount } }`,
  'Employee.payments': `query (${parameters}) {
    employees { nodes { payments(${args}) { nodes { id } totalCount } } } }`,
};

/** No instants as a cursor writes one. */
const noInstants = [
  'now',
  'infinity',
  '2026-11-01',
  '2026-11-01T09:00:00Z',
  '2026-02-30T09:00:00.000Z',
  '2026-11-01T24:00:00.000Z',
  '0000-01-01T00:00:00.000Z',
  '+012026-11-01T09:00:00.000Z',
];

for (const [name, list] of Object.entries(lists)) {
  test(`${name}: a page is from 1 to 100 long`, async () => {
    for (const first of [1, 100, null, undefined]) await readData(t, list, { first }, t.viewer);
    for (const first of [0, -1, 101, 1000, -2_147_483_648, 2_147_483_647]) {
      for (const reader of [t.viewer, t.employee]) {
        expectBadInput(await t.gql(list, { first }, reader), 'first');
      }
    }
    for (const first of [1.5, 2_147_483_648, '5', true, {}]) {
      expectBadInput(await t.gql(list, { first }, t.viewer));
    }
  });

  test(`${name}: a malformed cursor is refused, and so is one of another list or of another sort key`, async () => {
    const data = await readData(
      t,
      '{ payments { edges { cursor } nodes { id } } employees { edges { cursor } nodes { salaryHistory { edges { cursor } } } } }',
      {},
      t.viewer,
    );
    const genuine: string = data.payments.edges[0].cursor;
    await readData(t, list, { after: genuine }, t.viewer);
    const { id } = data.payments.nodes[0];
    for (const after of [
      ...malformedCursors(genuine),
      data.employees.edges[0].cursor,
      data.employees.nodes[0].salaryHistory.edges[0].cursor,
      cursorOf('payments', id),
      cursorOf('payments', '2026-11-01T09:00:00.000Z'),
      cursorOf('payments', id, '2026-11-01T09:00:00.000Z'),
      ...noInstants.map((instant) => cursorOf('payments', instant, id)),
    ]) {
      expectBadInput(await t.gql(list, { after }, t.viewer), 'after');
    }
    for (const value of Object.values(noText)) {
      expectBadInput(await t.gql(list, { after: value }, t.viewer));
    }
  });

  test.each([
    'XXX',
    'eur',
    'EURO',
    'EU',
    '',
    ' EUR',
    'BTC',
    'XAU',
    'XTS',
    978,
    1.5,
    true,
    [],
    {},
    'toString',
  ])(`${name}: %j is no currency in use`, async (currency) => {
    for (const reader of [t.viewer, t.employee]) {
      expectBadInput(await t.gql(list, { filter: { currency } }, reader), 'filter.currency');
    }
  });

  test.each(Object.keys(hostileTexts))(`${name}: %s is nothing to filter by`, async (text) => {
    for (const field of ['employeeId', 'payRunId', 'currency', 'issuedFrom', 'issuedTo', 'kind', 'status']) {
      const filter = { [field]: hostileTexts[text] };
      expectBadInput(await t.gql(list, { filter }, t.viewer), `filter.${field}`);
    }
  });

  test.each(['', 'x', '1', 7, '0'.repeat(32), "' OR 1=1 --"])(`${name}: %j is no id`, async (id) => {
    for (const field of ['employeeId', 'payRunId']) {
      const filter = { [field]: id };
      expectBadInput(await t.gql(list, { filter }, t.viewer), `filter.${field}`);
    }
  });
}

test.each([
  '',
  'yesterday',
  '2026-11-22',
  '2026-11-22T09:30:00',
  '2026-11-22 09:30:00Z',
  '2026-02-30T00:00:00Z',
  '2025-02-29T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-11-22T24:00:00Z',
  '2026-11-22T09:60:00Z',
  '2016-12-31T23:59:60Z',
  '2026-11-22T09:30:00+24:00',
  '2026-11-22T09:30:00|01:00',
  '+012026-11-22T09:30:00Z',
  '-000001-11-22T09:30:00Z',
  1_795_000_000_000,
  true,
  {},
])('%j is no instant', async (instant) => {
  for (const field of ['issuedFrom', 'issuedTo']) {
    const filter = { [field]: instant };
    expectBadInput(await t.gql(lists.payments, { filter }, t.viewer), `filter.${field}`);
  }
});

test.each([
  [{ kind: 'GIFT' }, 'filter.kind'],
  [{ kind: 'bonus' }, 'filter.kind'],
  [{ kind: 0 }, 'filter.kind'],
  [{ status: 'PAID' }, 'filter.status'],
  [{ status: ['ISSUED'] }, 'filter.status'],
  [{ employeeId: {} }, 'filter.employeeId'],
  [{ employeeId: ['x'] }, 'filter.employeeId'],
])('the filter %j is refused, by the field at fault', async (filter, field) => {
  expectBadInput(await t.gql(lists.payments, { filter }, t.viewer), field);
});

test.each([
  'payments(first: 1.0) { totalCount }',
  'payments(filter: { kind: "BONUS" }) { totalCount }',
  'payments(filter: { status: PAID }) { totalCount }',
  'payments(filter: { issuedFrom: "2026-02-30T00:00:00Z" }) { totalCount }',
  'payments(filter: { issuedTo: 5 }) { totalCount }',
  'payments(filter: { currency: EUR }) { totalCount }',
  'payments(filter: { currency: ["EUR"] }) { totalCount }',
  'payments(filter: { amount: "1" }) { totalCount }',
  'payments(last: 5) { totalCount }',
])('the document { %s } does not fit the schema', async (selection) => {
  const answer = await t.gql(`{ ${selection} }`, {}, t.viewer);
  expectCode(answer, 'GRAPHQL_VALIDATION_FAILED');
  expect(answer.data).toBeUndefined();
});

test('none of it is a fault of the server’s: nothing was logged', () => {
  expect(t.logLines.filter((line) => line.includes('an operation failed'))).toEqual([]);
});
