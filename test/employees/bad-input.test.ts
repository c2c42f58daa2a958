import { expect, test } from 'vitest';
import { expectCode } from '../expect.js';
import { useStipend } from '../harness.js';
import {
  cursorOf,
  expectBadInput,
  hostileTexts,
  malformedCursors,
  noText,
  readData,
} from '../payments/reads.js';
import { insertLinkedPayment } from '../payments/rows.js';

const t = await useStipend();

const list = `query ($first: Int, $after: String, $filter: EmployeeFilter) {
  employees(first: $first, after: $after, filter: $filter) { nodes { id } totalCount } }`;

test.each([0, -1, 101, 1000, -2_147_483_648, 2_147_483_647])('a page of %i is refused', async (first) => {
  for (const reader of [t.viewer, t.employee]) {
    expectBadInput(await t.gql(list, { first }, reader), 'first');
  }
});

test.each([1.5, 2_147_483_648, -2_147_483_649, 1e300, '5', true, {}])(
  '%j is no page length',
  async (first) => {
    expectBadInput(await t.gql(list, { first }, t.viewer));
  },
);

test('pages of 1 and of 100 are not refused', async () => {
  for (const first of [1, 100]) await readData(t, list, { first }, t.viewer);
});

test('a malformed cursor is refused, and so is one of another list or of another sort key', async () => {
  await insertLinkedPayment(t.database, { employeeId: t.employee.employeeId });
  const data = await readData(
    t,
    `{ employees { edges { cursor } nodes { salaryHistory { edges { cursor } } } } payments { edges { cursor } } }`,
    {},
    t.viewer,
  );
  const { employeeId } = t.employee;
  const { cursor } = data.employees.edges[0];
  await readData(t, list, { after: cursor }, t.viewer);
  for (const after of [
    ...malformedCursors(cursor),
    data.payments.edges[0].cursor,
    data.employees.nodes[0].salaryHistory.edges[0].cursor,
    cursorOf('users', employeeId),
    cursorOf('employees'),
    cursorOf('employees', 'Emil'),
    cursorOf('employees', employeeId.replaceAll('-', '')),
    cursorOf('employees', `${employeeId}\n`),
    cursorOf('employees', employeeId, employeeId),
    cursorOf('employees', '2026-11-01T09:00:00.000Z'),
    employeeId,
  ]) {
    expectBadInput(await t.gql(list, { after }, t.viewer), 'after');
  }
});

test('the refusal of a cursor says nothing about what it held', async () => {
  const answer = await t.gql(list, { after: 'forged' }, t.viewer);
  expect(answer.errors?.map(({ message }) => message)).toEqual(['"after" is not a cursor of this list.']);
});

test.each(Object.keys(noText))('%s is no cursor', async (name) => {
  expectBadInput(await t.gql(list, { after: noText[name] }, t.viewer));
});

test.each(Object.keys(hostileTexts))('%s is no search and no department', async (name) => {
  const text = hostileTexts[name];
  for (const reader of [t.viewer, t.employee]) {
    expectBadInput(await t.gql(list, { filter: { search: text } }, reader), 'filter.search');
    expectBadInput(await t.gql(list, { filter: { department: text } }, reader), 'filter.department');
  }
});

test('a search and a department have at most 100 characters', async () => {
  for (const field of ['search', 'department']) {
    await readData(t, list, { filter: { [field]: 'x'.repeat(100) } }, t.viewer);
    expectBadInput(await t.gql(list, { filter: { [field]: 'x'.repeat(101) } }, t.viewer), `filter.${field}`);
  }
});

test.each([
  [{ status: 'FIRED' }, 'filter.status'],
  [{ status: 1 }, 'filter.status'],
  [{ status: 'active' }, 'filter.status'],
  [{ search: 5 }, 'filter.search'],
  [{ search: ['a'] }, 'filter.search'],
  [{ department: {} }, 'filter.department'],
])('the filter %j is refused, by the field at fault', async (filter, field) => {
  expectBadInput(await t.gql(list, { filter }, t.viewer), field);
});

test.each([[{ salary: 1 }], ['all'], [[{ search: 'a' }, { search: 'b' }]]])(
  '%j is no filter',
  async (filter) => {
    expectBadInput(await t.gql(list, { filter }, t.viewer));
  },
);

test.each([
  'employees(first: "5") { totalCount }',
  'employees(first: 99999999999) { totalCount }',
  'employees(after: 5) { totalCount }',
  'employees(filter: { status: FIRED }) { totalCount }',
  'employees(filter: { nobody: true }) { totalCount }',
  'employees(offset: 5) { totalCount }',
  'employees { nodes { password } }',
])('the document { %s } does not fit the schema', async (selection) => {
  const answer = await t.gql(`{ ${selection} }`, {}, t.viewer);
  expectCode(answer, 'GRAPHQL_VALIDATION_FAILED');
  expect(answer.data).toBeUndefined();
});
