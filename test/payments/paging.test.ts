import { expect, test } from 'vitest';
import { expectData } from '../expect.js';
import { insertEmployee, insertPayment } from '../factories.js';
import { useStipend } from '../harness.js';
import { ask, type Connection, connectionFields, idsOf, readData, readPages } from './reads.js';

const t = await useStipend();

const minute = (number: number) => new Date(Date.UTC(2026, 5, 1, 9, number));

/** One more each minute, and three at once in each third. @returns the employee, and the payments' ids, the newest first */
async function payTwelveTimes(): Promise<{ employeeId: string; ids: string[] }> {
  const employeeId = await insertEmployee(t.database);
  const made: Array<{ id: string; at: number }> = [];
  for (let number = 0; number < 12; number++) {
    const at = number - (number % 3);
    made.push({ id: await insertPayment(t.database, { employeeId, issuedAt: minute(at) }), at });
  }
  made.sort((one, other) => other.at - one.at || (one.id < other.id ? 1 : -1));
  return { employeeId, ids: made.map(({ id }) => id) };
}

const ofAll = `query ($id: ID, $first: Int, $after: String) {
  payments(first: $first, after: $after, filter: { employeeId: $id }) { ${connectionFields} } }`;
const ofEmployee = `query ($id: ID!, $first: Int, $after: String) {
  employee(id: $id) { payments(first: $first, after: $after) { ${connectionFields} } } }`;

const lists = {
  payments: async (variables: object): Promise<Connection> =>
    (await readData(t, ofAll, variables, t.viewer)).payments,
  'Employee.payments': async (variables: object): Promise<Connection> =>
    (await readData(t, ofEmployee, variables, t.viewer)).employee.payments,
};

for (const [name, read] of Object.entries(lists)) {
  test(`${name}: pages of any length read each payment once, the newest first, also of one instant`, async () => {
    const { employeeId, ids } = await payTwelveTimes();
    for (const first of [1, 2, 3, 4, 5, 7, 11, 12, 13, 100]) {
      const pages = await readPages((after) => read({ id: employeeId, first, after }));
      expect(pages).toHaveLength(Math.ceil(12 / first));
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
    }
  });

  test(`${name}: payments made while somebody pages disturb nothing, whether newer, older or of one instant`, async () => {
    const { employeeId, ids } = await payTwelveTimes();
    const added: string[] = [];
    const pages = await readPages(async (after) => {
      const page = await read({ id: employeeId, first: 2, after });
      for (const at of [59, 0, 3, 6, 9]) {
        if (added.length < 25) {
          added.push(await insertPayment(t.database, { employeeId, issuedAt: minute(at) }));
        }
      }
      return page;
    });
    const seen = idsOf(pages);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.filter((id) => !added.includes(id))).toEqual(ids);
  });

  test(`${name}: any edge’s cursor continues right after that edge, and after the last there is nothing`, async () => {
    const { employeeId, ids } = await payTwelveTimes();
    const { edges } = await read({ id: employeeId, first: 100 });
    for (const [index, { cursor }] of edges.entries()) {
      const rest = await read({ id: employeeId, first: 100, after: cursor });
      expect(idsOf(rest)).toEqual(ids.slice(index + 1));
      expect(rest.pageInfo.hasPreviousPage).toBe(true);
    }
    const last = await read({ id: employeeId, after: edges.at(-1)?.cursor });
    expect(last).toEqual({
      nodes: [],
      edges: [],
      pageInfo: { hasNextPage: false, hasPreviousPage: true, startCursor: null, endCursor: null },
    });
  });

  test(`${name}: without \`first\`, or with null, a page holds 20, and it may hold 100`, async () => {
    const employeeId = await insertEmployee(t.database);
    for (let made = 0; made < 101; made++) await insertPayment(t.database, { employeeId });
    for (const [first, length] of [
      [undefined, 20],
      [null, 20],
      [100, 100],
    ] as const) {
      const page = await read({ id: employeeId, first });
      expect(page.nodes).toHaveLength(length);
      expect(page.pageInfo.hasNextPage).toBe(true);
    }
  });
}

test('pages without a filter read everybody’s payments once each', async () => {
  await payTwelveTimes();
  await payTwelveTimes();
  const pages = await readPages(async (after) => lists.payments({ first: 100, after }));
  const rows = await t.database.sql<{ id: string }>(
    'SELECT id FROM payments ORDER BY issued_at DESC, id DESC',
  );
  expect(idsOf(pages)).toEqual(rows.map(({ id }) => id));
});

test('a payment that is voided meanwhile keeps its place', async () => {
  const { employeeId, ids } = await payTwelveTimes();
  const before = await lists.payments({ id: employeeId, first: 5 });
  await t.database.sql(
    `UPDATE payments SET voided_at = now(), voided_by = $2, void_reason = 'x' WHERE id = $1`,
    [ids[4], t.admin.id],
  );
  const rest = await lists.payments({ id: employeeId, first: 100, after: before.pageInfo.endCursor });
  expect(idsOf([before, rest])).toEqual(ids);
});

test('a cursor is good on every process of the database', async () => {
  const other = await t.startAnother();
  const { employeeId, ids } = await payTwelveTimes();
  const { pageInfo } = await lists.payments({ id: employeeId, first: 4 });
  const variables = { id: employeeId, first: 3, after: pageInfo.endCursor };
  const answer = await ask(other.url, ofAll, variables, t.viewer);
  expectData(answer);
  expect(idsOf(answer.data.payments)).toEqual(ids.slice(4, 7));
  const back = await lists['Employee.payments']({
    id: employeeId,
    after: answer.data.payments.pageInfo.endCursor,
  });
  expect(idsOf(back)).toEqual(ids.slice(7));
});
