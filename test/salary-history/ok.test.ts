import { expect, test } from 'vitest';
import { insertEmployee, insertUser } from '../factories.js';
import { useStipend } from '../harness.js';
import { cursorOf, expectBadInput, malformedCursors, readData } from '../payments/reads.js';
import { insertSalaryChange } from '../payments/rows.js';

const t = await useStipend();

const paula = await insertUser(t.database, { username: 'paula', role: 'ADMIN' });

/** Hired on 2020-01-01 at 1000.00; one raise a year, on each second of January, to 2000.00 in 2021 and so on. */
async function hireWithRaises(raises: number): Promise<string> {
  const employeeId = await insertEmployee(t.database, { hiredOn: '2020-01-01', salaryMinor: 100_000n });
  for (let year = 1; year <= raises; year++) {
    const salaryMinor = BigInt(year + 1) * 100_000n;
    await insertSalaryChange(t.database, {
      employeeId,
      effectiveFrom: `${2020 + year}-01-02`,
      salaryMinor,
      changedBy: paula,
    });
  }
  return employeeId;
}

const page = `query ($id: ID!, $first: Int, $after: String) { employee(id: $id) {
  salaryHistory(first: $first, after: $after) {
    nodes { effectiveFrom salary { amount currency } unit changedBy { username } changedAt }
    edges { cursor node { effectiveFrom } } totalCount
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }`;

async function readPage(id: string, first?: number, after?: string | null) {
  return (await readData(t, page, { id, first, after }, t.viewer)).employee.salaryHistory;
}

test('the history holds every salary, the latest effective day first, and who set it', async () => {
  const id = await hireWithRaises(2);
  const { nodes, totalCount } = await readPage(id);
  expect(totalCount).toBe(3);
  expect(nodes).toEqual([
    {
      effectiveFrom: '2022-01-02',
      salary: { amount: '3000.00', currency: 'EUR' },
      unit: 'MONTH',
      changedBy: { username: 'paula' },
      changedAt: '2026-11-01T10:00:00.000Z',
    },
    expect.objectContaining({ effectiveFrom: '2021-01-02', changedBy: { username: 'paula' } }),
    expect.objectContaining({ effectiveFrom: '2020-01-01', salary: { amount: '1000.00', currency: 'EUR' } }),
  ]);
});

test('paging reads each change once, also where several are from one day, and a new one does not disturb it', async () => {
  const id = await hireWithRaises(3);
  for (const salaryMinor of [1n, 2n, 3n]) {
    await insertSalaryChange(t.database, { employeeId: id, effectiveFrom: '2022-01-02', salaryMinor });
  }
  const amounts: string[] = [];
  let after: string | null = null;
  for (const expected of [
    { hasNextPage: true, hasPreviousPage: false },
    { hasNextPage: true, hasPreviousPage: true },
    { hasNextPage: true, hasPreviousPage: true },
    { hasNextPage: false, hasPreviousPage: true },
  ]) {
    const read = await readPage(id, 2, after);
    const cursors = read.edges.map((edge: { cursor: string }) => edge.cursor);
    expect(read.pageInfo).toEqual({ ...expected, startCursor: cursors[0], endCursor: cursors.at(-1) });
    amounts.push(...read.nodes.map((node: { salary: { amount: string } }) => node.salary.amount));
    if (after === null) await insertSalaryChange(t.database, { employeeId: id, effectiveFrom: '2026-01-01' });
    after = read.pageInfo.endCursor;
  }
  expect(amounts).toEqual(['4000.00', '0.03', '0.02', '0.01', '3000.00', '2000.00', '1000.00']);
});

test('salaryAt answers for a day: nothing before the first, each change from its day on', async () => {
  const id = await hireWithRaises(2);
  const query = `query ($id: ID!) { employee(id: $id) {
    before: salaryAt(date: "2019-12-31") { salary { amount } }
    first: salaryAt(date: "2020-01-01") { salary { amount } effectiveFrom unit }
    dayBefore: salaryAt(date: "2021-01-01") { salary { amount } }
    day: salaryAt(date: "2021-01-02") { salary { amount } }
    late: salaryAt(date: "9999-12-31") { salary { amount } } } }`;
  expect((await readData(t, query, { id }, t.viewer)).employee).toEqual({
    before: null,
    first: {
      salary: { amount: '1000.00' },
      effectiveFrom: '2020-01-01',
      unit: 'MONTH',
    },
    dayBefore: { salary: { amount: '1000.00' } },
    day: { salary: { amount: '2000.00' } },
    late: { salary: { amount: '3000.00' } },
  });
});

test('under two aliases, the history is read with the arguments of each', async () => {
  const id = await hireWithRaises(2);
  const { employee } = await readData(
    t,
    `query ($id: ID!) { employee(id: $id) {
       one: salaryHistory(first: 1) { nodes { salary { amount } } pageInfo { hasNextPage } }
       all: salaryHistory(first: 3) { nodes { salary { amount } } pageInfo { hasNextPage } } } }`,
    { id },
    t.viewer,
  );
  expect(employee.one).toEqual({
    nodes: [{ salary: { amount: '3000.00' } }],
    pageInfo: { hasNextPage: true },
  });
  expect(employee.all.nodes).toHaveLength(3);
  expect(employee.all.pageInfo.hasNextPage).toBe(false);
});

test('an EMPLOYEE reads the own history, and by no way anybody else’s', async () => {
  const other = await hireWithRaises(1);
  const { cursor } = (await readPage(other)).edges[0];
  const { employee } = await readData(t, page, { id: t.employee.employeeId }, t.employee);
  expect(employee.salaryHistory.totalCount).toBe(1);
  const continued = await readData(t, page, { id: t.employee.employeeId, after: cursor }, t.employee);
  expect(continued.employee.salaryHistory).toMatchObject({
    totalCount: 1,
    nodes: [{ effectiveFrom: '2020-01-01' }],
  });
  expect(await readData(t, page, { id: other }, t.employee)).toEqual({ employee: null });
});

test.each(['1899-12-31', '0001-01-01'])('%s is no day that a salary can be asked for', async (date) => {
  const query = 'query ($id: ID!, $date: Date!) { employee(id: $id) { salaryAt(date: $date) { unit } } }';
  const answer = await t.gql(query, { id: t.employee.employeeId, date }, t.viewer);
  expect(answer.errors?.map(({ extensions }) => extensions)).toEqual([
    { code: 'BAD_USER_INPUT', field: 'date' },
  ]);
  expect(answer.data).toEqual({ employee: { salaryAt: null } });
});

test.each([
  '2026-02-30',
  '2025-02-29',
  '2026-13-01',
  '2026-1-1',
  '20260101',
  '2026-01-01T00:00:00Z',
  '+12026-01-01',
  '',
  'today',
  '2026-01-01\u0000',
  '\ud800',
  20_260_101,
  true,
  {},
  'x'.repeat(10_000),
])('no date: %#', async (date) => {
  const query = 'query ($id: ID!, $date: Date!) { employee(id: $id) { salaryAt(date: $date) { unit } } }';
  expectBadInput(await t.gql(query, { id: t.employee.employeeId, date }, t.viewer));
});

test.each([0, -1, 101, 1000])('a page of %i is refused', async (first) => {
  const answer = await t.gql(page, { id: t.employee.employeeId, first }, t.viewer);
  expect(answer.errors?.map(({ extensions }) => extensions)).toEqual([
    { code: 'BAD_USER_INPUT', field: 'first' },
  ]);
});

test('a malformed cursor is refused, and so is one of another list or of another sort key', async () => {
  const id = await hireWithRaises(2);
  const { cursor } = (await readPage(id, 1)).edges[0];
  const own = await readData(t, '{ employees { edges { cursor } } }', {}, t.viewer);
  for (const after of [
    ...malformedCursors(cursor),
    own.employees.edges[0].cursor,
    cursorOf('salaryHistory', id),
    ...['today', '2026-02-30', '0000-01-01', '2026-01-01T00:00:00.000Z'].map((day) =>
      cursorOf('salaryHistory', day, id),
    ),
  ]) {
    const answer = await t.gql(page, { id, after }, t.viewer);
    expect(answer.errors?.map(({ extensions }) => extensions)).toEqual([
      { code: 'BAD_USER_INPUT', field: 'after' },
    ]);
  }
});
