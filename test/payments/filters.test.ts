import { expect, test } from 'vitest';
import { isId, newId } from '../../src/values/ids.js';
import { insertEmployee, insertPayment } from '../factories.js';
import { useStipend } from '../harness.js';
import { readData, statementsOf } from './reads.js';
import { insertLinkedPayment, insertPayRun } from './rows.js';

const t = await useStipend();

const anna = await insertEmployee(t.database, { name: 'Anna' });
const bert = await insertEmployee(t.database, { name: 'Bert' });
const payRun = await insertPayRun(t.database, t.admin.id);
const otherRun = await insertPayRun(t.database, t.admin.id);
const day = (number: number) => new Date(Date.UTC(2026, 8, number, 12));

/** In the order in which they were issued. */
const payments = {
  salary: await insertPayment(t.database, {
    employeeId: anna,
    kind: 'SALARY',
    period: ['2026-09-01', '2026-09-30'],
    issuedAt: day(1),
  }),
  expense: await insertPayment(t.database, { employeeId: anna, kind: 'EXPENSE', issuedAt: day(2) }),
  correction: await insertPayment(t.database, { employeeId: bert, kind: 'CORRECTION', issuedAt: day(3) }),
  voided: await insertPayment(t.database, { employeeId: bert, voided: true, issuedAt: day(4) }),
  yen: await insertPayment(t.database, { employeeId: anna, currency: 'JPY', issuedAt: day(5) }),
  dinar: await insertPayment(t.database, {
    employeeId: bert,
    currency: 'BHD',
    voided: true,
    issuedAt: day(6),
  }),
  ofRun: await insertLinkedPayment(t.database, { employeeId: anna, payRunId: payRun, issuedAt: day(7) }),
  ofRunToo: await insertLinkedPayment(t.database, { employeeId: bert, payRunId: payRun, issuedAt: day(8) }),
  ofOther: await insertLinkedPayment(t.database, { employeeId: bert, payRunId: otherRun, issuedAt: day(9) }),
};
type Name = keyof typeof payments;
const names = new Map(Object.entries(payments).map(([name, id]) => [id, name]));
const annas: Name[] = ['ofRun', 'yen', 'expense', 'salary'];
const berts: Name[] = ['ofOther', 'ofRunToo', 'dinar', 'voided', 'correction'];
const all: Name[] = [
  'ofOther',
  'ofRunToo',
  'ofRun',
  'dinar',
  'yen',
  'voided',
  'correction',
  'expense',
  'salary',
];

const list = `query ($filter: PaymentFilter) {
  payments(first: 100, filter: $filter) { nodes { id } totalCount } }`;

interface Found {
  nodes: Array<{ id: string }>;
  totalCount: number;
}

function namesOf({ nodes, totalCount }: Found): Array<string | undefined> {
  expect(totalCount).toBe(nodes.length);
  return nodes.map(({ id }) => names.get(id));
}

const cases: Array<[object | null, Name[]]> = [
  [null, all],
  [{}, all],
  [
    {
      employeeId: null,
      kind: null,
      status: null,
      payRunId: null,
      issuedFrom: null,
      issuedTo: null,
      currency: null,
    },
    all,
  ],
  [{ employeeId: anna }, annas],
  [{ employeeId: bert.toUpperCase() }, berts],
  [{ employeeId: newId(new Date()) }, []],
  [{ kind: 'SALARY' }, ['salary']],
  [{ kind: 'EXPENSE' }, ['expense']],
  [{ kind: 'CORRECTION' }, ['correction']],
  [{ kind: 'BONUS' }, ['ofOther', 'ofRunToo', 'ofRun', 'dinar', 'yen', 'voided']],
  [{ status: 'VOIDED' }, ['dinar', 'voided']],
  [{ status: 'ISSUED' }, all.filter((name) => name !== 'dinar' && name !== 'voided')],
  [{ payRunId: payRun }, ['ofRunToo', 'ofRun']],
  [{ payRunId: otherRun }, ['ofOther']],
  [{ payRunId: newId(new Date()) }, []],
  [{ currency: 'JPY' }, ['yen']],
  [{ currency: 'BHD' }, ['dinar']],
  [{ currency: 'USD' }, []],
  [{ issuedFrom: '2026-09-07T12:00:00Z' }, ['ofOther', 'ofRunToo', 'ofRun']],
  [{ issuedFrom: '2026-09-07T12:00:00.001Z' }, ['ofOther', 'ofRunToo']],
  [{ issuedTo: '2026-09-02T12:00:00Z' }, ['salary']],
  [{ issuedTo: '2026-09-02T12:00:00.001Z' }, ['expense', 'salary']],
  // The same instants, told by clocks elsewhere.
  [
    { issuedFrom: '2026-09-07T21:00:00+09:00', issuedTo: '2026-09-08T12:00:00.500-00:00' },
    ['ofRunToo', 'ofRun'],
  ],
  [{ issuedFrom: '2026-09-05T12:00:00Z', issuedTo: '2026-09-05T12:00:00Z' }, []],
  [{ issuedFrom: '2026-09-09T00:00:00Z', issuedTo: '2026-09-01T00:00:00Z' }, []],
  [{ issuedFrom: '0000-01-01T00:00:00+23:59', issuedTo: '9999-12-31T23:59:59-23:59' }, all],
  [{ employeeId: bert, status: 'VOIDED' }, ['dinar', 'voided']],
  [{ employeeId: anna, status: 'VOIDED' }, []],
  [{ employeeId: bert, kind: 'BONUS', status: 'ISSUED' }, ['ofOther', 'ofRunToo']],
  [{ employeeId: bert, payRunId: payRun }, ['ofRunToo']],
  [{ kind: 'BONUS', currency: 'EUR', issuedTo: '2026-09-05T00:00:00Z' }, ['voided']],
  [
    {
      employeeId: anna,
      kind: 'BONUS',
      status: 'ISSUED',
      payRunId: payRun,
      issuedFrom: '2026-09-07T00:00:00Z',
      issuedTo: '2026-09-08T00:00:00Z',
      currency: 'EUR',
    },
    ['ofRun'],
  ],
];

/** With names in place of ids, which are others each time. */
const titled = cases.map(([filter, expected]): [string, object | null, Name[]] => {
  const ids = Object.entries({ anna, bert, payRun, otherRun });
  const title = JSON.stringify(filter, (_field, value) => {
    const known = ids.find(([, id]) => id === String(value).toLowerCase());
    if (known) return known[0];
    return isId(String(value)) ? 'nobody' : value;
  });
  return [title, filter, expected];
});

test.each(titled)('payments by %s are found, the newest first', async (_title, filter, expected) => {
  const data = await readData(t, list, { filter }, t.viewer);
  expect(namesOf(data.payments)).toEqual(expected);
});

test.each(titled)(
  'an employee’s own payments by %s are those of them that are theirs',
  async (_title, filter, expected) => {
    const query = `query ($anna: ID!, $bert: ID!, $filter: PaymentFilter) {
    anna: employee(id: $anna) { payments(first: 100, filter: $filter) { nodes { id } totalCount } }
    bert: employee(id: $bert) { payments(first: 100, filter: $filter) { nodes { id } totalCount } } }`;
    const data = await readData(t, query, { anna, bert, filter }, t.viewer);
    expect(namesOf(data.anna.payments)).toEqual(expected.filter((name) => annas.includes(name)));
    expect(namesOf(data.bert.payments)).toEqual(expected.filter((name) => berts.includes(name)));
  },
);

test('every pair of conditions finds what both of them find', async () => {
  const conditions = {
    employeeId: bert,
    kind: 'BONUS',
    status: 'ISSUED',
    payRunId: payRun,
    issuedFrom: '2026-09-04T00:00:00Z',
    issuedTo: '2026-09-08T18:00:00Z',
    currency: 'EUR',
  };
  const find = async (filter: object) => namesOf((await readData(t, list, { filter }, t.viewer)).payments);
  const entries = Object.entries(conditions);
  const alone = await Promise.all(entries.map(([field, value]) => find({ [field]: value })));
  for (const [one, [field, value]] of entries.entries()) {
    for (const [other, [otherField, otherValue]] of entries.entries()) {
      const both = await find({ [field]: value, [otherField]: otherValue });
      expect(both).toEqual(alone[one]?.filter((name) => alone[other]?.includes(name)));
    }
  }
});

test('under two aliases, lists and nested lists are read with the arguments of each', async () => {
  const data = await readData(
    t,
    `query ($id: ID!) {
       yen: payments(filter: { currency: "JPY" }) { nodes { id } totalCount }
       voided: payments(filter: { status: VOIDED }) { nodes { id } totalCount }
       employee(id: $id) {
         one: payments(first: 1) { nodes { id } totalCount }
         two: payments(first: 2) { nodes { id } totalCount }
         yen: payments(filter: { currency: "JPY" }) { nodes { id } totalCount }
         late: payments(filter: { issuedFrom: "2026-09-05T12:00:00Z" }) { nodes { id } totalCount }
         early: payments(filter: { issuedTo: "2026-09-05T12:00:00Z" }) { nodes { id } totalCount }
         all: payments { nodes { id } totalCount } } }`,
    { id: anna },
    t.viewer,
  );
  expect(namesOf(data.yen)).toEqual(['yen']);
  expect(namesOf(data.voided)).toEqual(['dinar', 'voided']);
  const shown = ({ nodes, totalCount }: Found) => [nodes.map(({ id }) => names.get(id)), totalCount];
  const { one, two, yen, late, early, all: whole } = data.employee;
  expect(shown(one)).toEqual([['ofRun'], 4]);
  expect(shown(two)).toEqual([['ofRun', 'yen'], 4]);
  expect(shown(yen)).toEqual([['yen'], 1]);
  expect(shown(late)).toEqual([['ofRun', 'yen'], 2]);
  expect(shown(early)).toEqual([['expense', 'salary'], 2]);
  expect(shown(whole)).toEqual([annas, 4]);
});

test('nothing is counted unless it is asked for, and then once', async () => {
  const counts = async (selection: string) => {
    const query = `{ payments(filter: { kind: BONUS }) { ${selection} } }`;
    const sql = await statementsOf(t, query, {}, t.viewer);
    return sql.filter((text) => /count\(\*\) FROM/i.test(text)).length;
  };
  const page = 'nodes { id } edges { cursor node { note } } pageInfo { hasNextPage endCursor }';
  expect(await counts(page)).toBe(0);
  expect(await counts(`${page} totalCount`)).toBe(1);
  expect(await counts('a: totalCount b: totalCount')).toBe(1);
});
