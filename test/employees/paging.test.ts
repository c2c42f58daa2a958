import { expect, test } from 'vitest';
import { expectData } from '../expect.js';
import { insertEmployee } from '../factories.js';
import { useStipend } from '../harness.js';
import { ask, type Connection, connectionFields, idsOf, readData, readPages } from '../payments/reads.js';

const t = await useStipend();

const department = 'Paged';
const ids: string[] = [];
for (let made = 0; made < 11; made++) ids.push(await insertEmployee(t.database, { department }));
ids.sort();

const page = `query ($first: Int, $after: String, $department: String = "Paged") {
  employees(first: $first, after: $after, filter: { department: $department }) { ${connectionFields} } }`;

async function readPage(first: number, after: string | null = null): Promise<Connection> {
  return (await readData(t, page, { first, after }, t.viewer)).employees;
}

test.each([1, 2, 3, 5, 10, 11, 12, 100])('pages of %i read each employee once, in order', async (first) => {
  const pages = await readPages((after) => readPage(first, after));
  expect(pages).toHaveLength(Math.ceil(11 / first));
  expect(idsOf(pages)).toEqual(ids);
  for (const [index, { nodes, edges, pageInfo }] of pages.entries()) {
    expect(edges.map(({ node }) => node)).toEqual(nodes);
    expect(pageInfo).toEqual({
      hasNextPage: index < pages.length - 1,
      hasPreviousPage: index > 0,
      startCursor: edges[0]?.cursor,
      endCursor: edges.at(-1)?.cursor,
    });
  }
});

test('any edge’s cursor continues right after that edge', async () => {
  const { edges } = await readPage(100);
  for (const [index, { cursor }] of edges.entries()) {
    expect(idsOf(await readPage(100, cursor))).toEqual(ids.slice(index + 1));
  }
});

test('after the last edge there is an empty page', async () => {
  const { pageInfo } = await readPage(100);
  expect(await readPage(10, pageInfo.endCursor)).toEqual({
    nodes: [],
    edges: [],
    pageInfo: { hasNextPage: false, hasPreviousPage: true, startCursor: null, endCursor: null },
  });
});

test('a list of nobody is an empty page', async () => {
  const { employees } = await readData(
    t,
    `query { employees(filter: { department: "Nowhere" }) { ${connectionFields} totalCount } }`,
    {},
    t.viewer,
  );
  expect(employees).toEqual({
    nodes: [],
    edges: [],
    pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
    totalCount: 0,
  });
});

test('without `first`, or with null, a page holds 20', async () => {
  for (let made = 0; made < 21; made++) await insertEmployee(t.database, { department: 'Twenty-one' });
  const filter = 'filter: { department: "Twenty-one" }';
  const { absent, nothing } = await readData(
    t,
    `{ absent: employees(${filter}) { nodes { id } pageInfo { hasNextPage } }
       nothing: employees(first: null, after: null, ${filter}) { nodes { id } pageInfo { hasNextPage } } }`,
    {},
    t.viewer,
  );
  expect(absent.nodes).toHaveLength(20);
  expect(absent.pageInfo.hasNextPage).toBe(true);
  expect(nothing).toEqual(absent);
});

test('a cursor is good on every process of the database', async () => {
  const other = await t.startAnother();
  const { pageInfo } = await readPage(4);
  const variables = { first: 100, after: pageInfo.endCursor };
  const answer = await ask(other.url, page, variables, t.viewer);
  expectData(answer);
  expect(idsOf(answer.data.employees)).toEqual(ids.slice(4));
  const back = await readPage(2, answer.data.employees.edges[0].cursor);
  expect(idsOf(back)).toEqual(ids.slice(5, 7));
});
