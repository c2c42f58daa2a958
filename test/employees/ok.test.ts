import { expect, test } from 'vitest';
import { insertEmployee } from '../factories.js';
import { useStipend } from '../harness.js';
import { readData, statementsOf } from '../payments/reads.js';

const t = await useStipend();

const department = 'Search';
const people = {
  percent: await insertEmployee(t.database, { name: 'Per 100% Cent', title: 'Tester', department }),
  underscore: await insertEmployee(t.database, { name: 'Under_Score', title: 'Tester', department }),
  backslash: await insertEmployee(t.database, { name: 'Back\\Slash', title: 'Tester', department }),
  quote: await insertEmployee(t.database, { name: "O'Brien", title: 'Developer "Ops"', department }),
  accent: await insertEmployee(t.database, { name: 'LUCÍA Ñandú', title: 'Straße', department }),
  mail: await insertEmployee(t.database, { name: 'Someone', email: 'Mixed.Case@Example.com', department }),
  title: await insertEmployee(t.database, { name: 'Anybody', title: 'Chief Happiness Officer', department }),
  japanese: await insertEmployee(t.database, { name: '山田 太郎 🐟', title: 'Tester', department }),
};
type Person = keyof typeof people;

const list = `query ($filter: EmployeeFilter) {
  employees(first: 100, filter: $filter) { nodes { id } totalCount } }`;

async function find(filter: object | null): Promise<string[]> {
  const { employees } = await readData(t, list, { filter }, t.viewer);
  const ids = employees.nodes.map((node: { id: string }) => node.id);
  expect(employees.totalCount).toBe(ids.length);
  return ids;
}

test('employees come in the order in which they were added, with and without an empty filter', async () => {
  const ids = await find(null);
  expect(ids).toEqual(ids.toSorted());
  expect(ids).toHaveLength(9);
  for (const filter of [
    {},
    { search: null, department: null, status: null },
    { search: '' },
    { search: '  ' },
  ]) {
    expect(await find(filter)).toEqual(ids);
  }
});

const searches: Array<[string, Person[]]> = [
  ['100%', ['percent']],
  ['%', ['percent']],
  ['_', ['underscore']],
  ['r_S', ['underscore']],
  ['\\', ['backslash']],
  ['k\\s', ['backslash']],
  ['%%', []],
  ['\\%', []],
  ['_core', []],
  ["o'brien", ['quote']],
  ["'", ['quote']],
  ['"ops"', ['quote']],
  ['lucía', ['accent']],
  ['ÑANDÚ', ['accent']],
  ['STRAß', ['accent']],
  ['mixed.case@EXAMPLE', ['mail']],
  ['happiness', ['title']],
  ['  Chief Happiness  ', ['title']],
  ['太郎', ['japanese']],
  ['🐟', ['japanese']],
  ["' OR TRUE --", []],
  ['(', []],
  ['[a-z]', []],
  ['.*', []],
  ['nobody at all', []],
];
test.each(searches)('a search for %j takes it as it stands and finds %j', async (search, found) => {
  expect(await find({ search })).toEqual(found.map((name) => people[name]));
});

test('a search looks in no other field than name, email and title', async () => {
  const id = await insertEmployee(t.database, { department: 'Needle', hiredOn: '2020-01-01' });
  await t.database.sql(
    `UPDATE employees SET bank_holder = 'Needle', bank_country = 'NL', bank_last_four = 'Need',
       bank_account_sealed = 'Needle' WHERE id = $1`,
    [id],
  );
  expect(await find({ search: 'needle' })).toEqual([]);
});

test('a department is taken exactly', async () => {
  const id = await insertEmployee(t.database, { department: 'R&D 100%' });
  expect(await find({ department: 'R&D 100%' })).toEqual([id]);
  for (const other of ['R&D', 'R&D 100', 'R&D ____', '%', 'r&d 100%', 'Nowhere']) {
    expect(await find({ department: other })).toEqual([]);
  }
});

test('the status is that of today: the last day itself still counts as active', async () => {
  const leavers = 'Leavers';
  const stays = await insertEmployee(t.database, { department: leavers });
  const left = await insertEmployee(t.database, { department: leavers, terminatedOn: '2026-11-21' });
  const today = await insertEmployee(t.database, { department: leavers, terminatedOn: '2026-11-22' });
  const later = await insertEmployee(t.database, { department: leavers, terminatedOn: '2027-01-31' });
  expect(await find({ department: leavers, status: 'ACTIVE' })).toEqual([stays, today, later].toSorted());
  expect(await find({ department: leavers, status: 'TERMINATED' })).toEqual([left]);
  const { employees } = await readData(
    t,
    '{ employees(first: 100, filter: { department: "Leavers" }) { nodes { id status } } }',
    {},
    t.viewer,
  );
  const statusOf = (id: string) => employees.nodes.find((node: { id: string }) => node.id === id).status;
  expect([stays, left, today, later].map(statusOf)).toEqual(['ACTIVE', 'TERMINATED', 'ACTIVE', 'ACTIVE']);
});

test('who has no bank account, and who is leaving, are found', async () => {
  const department = 'Figures';
  const [stays, leaves, today, left] = await Promise.all(
    [null, '2027-01-31', '2026-11-22', '2026-11-21'].map((terminatedOn) =>
      insertEmployee(t.database, { department, terminatedOn }),
    ),
  );
  await t.database.sql(
    `UPDATE employees SET bank_holder = name, bank_country = 'DE', bank_last_four = '3000', bank_account_sealed = 'sealed'
     WHERE id = $1`,
    [leaves],
  );
  expect(await find({ department, hasBankAccount: true })).toEqual([leaves]);
  expect(await find({ department, hasBankAccount: false })).toEqual([stays, today, left].toSorted());
  expect(await find({ department, isLeaving: true })).toEqual([leaves, today].toSorted());
  expect(await find({ department, isLeaving: false })).toEqual([stays, left].toSorted());
  expect(await find({ department, isLeaving: null, hasBankAccount: null })).toHaveLength(4);
});

test('conditions are taken together', async () => {
  const names = { name: 'Combined Match' };
  const both = await insertEmployee(t.database, {
    ...names,
    department: 'Combined',
    terminatedOn: '2026-01-31',
  });
  await insertEmployee(t.database, { ...names, department: 'Combined' });
  await insertEmployee(t.database, { ...names, department: 'Elsewhere', terminatedOn: '2026-01-31' });
  await insertEmployee(t.database, { name: 'Other', department: 'Combined', terminatedOn: '2026-01-31' });
  expect(await find({ search: 'match', department: 'Combined', status: 'TERMINATED' })).toEqual([both]);
  expect(await find({ search: 'match', status: 'TERMINATED' })).toHaveLength(2);
  expect(await find({ search: 'match', department: 'Combined' })).toHaveLength(2);
  expect(await find({ department: 'Combined', status: 'TERMINATED' })).toHaveLength(2);
});

test('under two aliases, each list is read with its own arguments', async () => {
  const data = await readData(
    t,
    `{ a: employees(first: 1) { nodes { id } pageInfo { hasNextPage } }
       b: employees(filter: { search: "happiness" }) { nodes { id } totalCount }
       c: employees(filter: { search: "100%" }) { nodes { id } totalCount } }`,
    {},
    t.viewer,
  );
  expect(data.a).toEqual({ nodes: [{ id: t.employee.employeeId }], pageInfo: { hasNextPage: true } });
  expect(data.b).toEqual({ nodes: [{ id: people.title }], totalCount: 1 });
  expect(data.c).toEqual({ nodes: [{ id: people.percent }], totalCount: 1 });
});

test('nothing is counted unless it is asked for, and then once', async () => {
  const counts = async (selection: string) => {
    const sql = await statementsOf(
      t,
      `query ($yes: Boolean! = true) { employees(filter: { search: "e" }) { ${selection} } }`,
      {},
      t.viewer,
    );
    return sql.filter((text) => /count\(\*\) FROM/i.test(text)).length;
  };
  const page =
    'nodes { id name } edges { cursor } pageInfo { hasNextPage endCursor } __typename @include(if: $yes)';
  expect(await counts(page)).toBe(0);
  expect(await counts(`${page} totalCount @skip(if: $yes)`)).toBe(0);
  expect(await counts(`${page} totalCount @include(if: $yes)`)).toBe(1);
  expect(await counts(`${page} totalCount again: totalCount more: totalCount`)).toBe(1);
});
