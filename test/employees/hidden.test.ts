import { expect, test } from 'vitest';
import { insertEmployee, insertPayment } from '../factories.js';
import { useStipend } from '../harness.js';
import { connectionFields, cursorOf, readData } from '../payments/reads.js';

const t = await useStipend();

const own = t.employee.employeeId;
const stray = await t.account('stray', 'EMPLOYEE');
const secret = { name: 'Hidden Secret', title: 'Spy', email: 'secret@example.com', department: 'Shadows' };
const hidden = await insertEmployee(t.database, secret);
await insertEmployee(t.database, { ...secret, email: 'second@example.com', terminatedOn: '2026-01-31' });
await insertPayment(t.database, { employeeId: hidden });

const list = `query ($after: String, $filter: EmployeeFilter) {
  employees(first: 100, after: $after, filter: $filter) { ${connectionFields} totalCount } }`;

const nobody = {
  nodes: [],
  edges: [],
  pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
  totalCount: 0,
};

test('an EMPLOYEE’s list holds the own record alone, whatever the page', async () => {
  for (const args of ['', '(first: 1)', '(first: 100)']) {
    const { employees } = await readData(
      t,
      `{ employees${args} { ${connectionFields} totalCount } }`,
      {},
      t.employee,
    );
    expect(employees.nodes).toEqual([{ id: own }]);
    expect(employees.edges).toHaveLength(1);
    expect(employees.totalCount).toBe(1);
    expect(employees.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: false });
  }
});

test.each([
  { search: 'secret' },
  { search: 'Spy' },
  { search: 'secret@example' },
  { department: 'Shadows' },
  { status: 'TERMINATED' },
  { search: 'secret', department: 'Shadows', status: 'ACTIVE' },
])('to an EMPLOYEE, %j finds nobody, as it would were there nobody', async (filter) => {
  expect((await readData(t, list, { filter }, t.viewer)).employees.totalCount).toBeGreaterThan(0);
  expect((await readData(t, list, { filter }, t.employee)).employees).toEqual(nobody);
  const none = await t.gql(list, { filter: { search: 'there is nobody of this name' } }, t.employee);
  expect((await t.gql(list, { filter }, t.employee)).text).toBe(none.text);
});

test.each([{}, { search: 'emil' }, { department: 'Engineering' }, { status: 'ACTIVE' }])(
  'to an EMPLOYEE, %j finds the own record alone',
  async (filter) => {
    const { employees } = await readData(t, list, { filter }, t.employee);
    expect(employees.nodes).toEqual([{ id: own }]);
    expect(employees.totalCount).toBe(1);
  },
);

test('a cursor that a VIEWER was given, or that is made up, opens nothing to an EMPLOYEE', async () => {
  const { employees } = await readData(t, list, {}, t.viewer);
  const given = employees.edges.map(({ cursor }: { cursor: string }) => cursor);
  const madeUp = cursorOf('employees', '00000000-0000-0000-0000-000000000000');
  const seen = new Set<string>();
  for (const after of [...given, cursorOf('employees', hidden), madeUp]) {
    const continued = (await readData(t, list, { after }, t.employee)).employees;
    for (const { id } of continued.nodes) seen.add(id);
    expect(continued.totalCount).toBe(1);
    expect(continued.pageInfo.hasNextPage).toBe(false);
  }
  expect([...seen].filter((id) => id !== own)).toEqual([]);
});

test('an EMPLOYEE user who is no employee sees nobody', async () => {
  for (const filter of [null, {}, { search: 'e' }, { status: 'ACTIVE' }, { department: 'Engineering' }]) {
    expect((await readData(t, list, { filter }, stray)).employees).toEqual(nobody);
  }
});

test('a VIEWER and an ADMIN who are employees too see everybody', async () => {
  for (const role of ['VIEWER', 'ADMIN'] as const) {
    const employeeId = await insertEmployee(t.database);
    const reader = await t.account(`both-${role}`, role, employeeId);
    const { employees } = await readData(t, list, {}, reader);
    const [counted] = await t.database.sql<{ count: string }>('SELECT count(*) FROM employees');
    expect(employees.totalCount).toBe(Number(counted?.count));
    expect(employees.nodes).toHaveLength(employees.totalCount);
  }
});

test('from the own record, no link leads an EMPLOYEE to somebody else’s', async () => {
  const boss = await insertEmployee(t.database, { name: 'Boss' });
  const bossUser = await t.account('boss', 'ADMIN', boss);
  await t.database.sql(
    `INSERT INTO payments (id, employee_id, amount_minor, currency, kind, issued_at, issued_by)
     VALUES (gen_random_uuid(), $1, 1, 'EUR', 'BONUS', now(), $2)`,
    [own, bossUser.id],
  );
  const links = `{ employees { nodes { payments { nodes {
    issuedBy { username employee { id } } employee { id payments { totalCount } } } } } } }`;
  const { employees } = await readData(t, links, {}, t.employee);
  expect(employees.nodes).toEqual([
    {
      payments: {
        nodes: [
          {
            issuedBy: { username: 'boss', employee: null },
            employee: { id: own, payments: { totalCount: 1 } },
          },
        ],
      },
    },
  ]);
  const seen = await readData(t, links, {}, t.viewer);
  expect(JSON.stringify(seen)).toContain(`{"username":"boss","employee":{"id":"${boss}"}}`);
});
