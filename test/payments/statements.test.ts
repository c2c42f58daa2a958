import { expect, test } from 'vitest';
import { insertEmployee, insertUser } from '../factories.js';
import { useStipend } from '../harness.js';
import { readData, statementsOf } from './reads.js';
import { insertLinkedPayment, insertPayRun, insertSalaryChange } from './rows.js';

const t = await useStipend();

// 20 employees with 10 payments each, of 20 issuers who are employees, in 10 pay runs; the first one replaces another.
const employees: string[] = [];
const issuers: string[] = [];
for (let made = 0; made < 20; made++) {
  const id = await insertEmployee(t.database, { department: 'Counted' });
  employees.push(id);
  issuers.push(await insertUser(t.database, { username: `issuer${made}`, role: 'ADMIN', employeeId: id }));
}
const payRuns = await Promise.all(issuers.slice(0, 10).map((issuer) => insertPayRun(t.database, issuer)));
for (const [index, employeeId] of employees.entries()) {
  let replaces: string | undefined;
  for (const [number, payRunId] of payRuns.entries()) {
    const id = await insertLinkedPayment(t.database, {
      employeeId,
      payRunId,
      issuedBy: issuers[(index + number) % 20] ?? '',
      issuedAt: new Date(Date.UTC(2026, 9, 10 + number)),
      ...(replaces !== undefined && { replaces }),
    });
    await t.database.sql(
      `UPDATE payments SET voided_at = now(), voided_by = $2, void_reason = 'x' WHERE id = $1`,
      [id, issuers[number]],
    );
    replaces = id;
    await insertSalaryChange(t.database, {
      employeeId,
      effectiveFrom: `2026-01-${10 + number}`,
      changedBy: issuers[number] ?? '',
    });
  }
}

const people = 'employees(first: $people, filter: { department: "Counted" })';
const query = (selection: string) => {
  const used = ['people', 'rows'].filter((variable) => selection.includes(`$${variable}`));
  return `query (${used.map((variable) => `$${variable}: Int!`)}) { ${selection} }`;
};

/** What is selected, and how many statements it takes however many rows there are. */
const cases: Array<[string, string, number]> = [
  [
    'employees, the payments of each and who issued them',
    `${people} { nodes { id payments(first: $rows) { nodes { id amount { amount } issuedBy { username } } } } }`,
    3,
  ],
  [
    'the same through edges',
    `${people} { edges { node { id payments(first: $rows) { edges { cursor node { issuedBy { id } } }
       pageInfo { hasNextPage endCursor } } } } }`,
    3,
  ],
  [
    'the salary on a day and who set it',
    `${people} { nodes { salaryAt(date: "2026-01-15") { changedBy { id } } } }`,
    3,
  ],
  [
    'salary histories and who set each salary',
    `${people} { nodes { salaryHistory(first: $rows) { nodes { unit changedBy { username } } } } }`,
    3,
  ],
  [
    'counts of nested lists',
    `${people} { totalCount nodes { payments(first: $rows) { totalCount } salaryHistory(first: $rows) { totalCount } } }`,
    6,
  ],
  [
    'what payments replace and what replaces them',
    `${people} { nodes { payments(first: $rows) { nodes { replaces { id } replacedBy { id } } } } }`,
    4,
  ],
  [
    'pay runs and who drafted, approved and issued them',
    `payments(first: $rows) { nodes { payRun { id draftedBy { id } approvedBy { id } issuedBy { id } } } }`,
    3,
  ],
  [
    'who issued and who voided, and which employee each is',
    `payments(first: $rows) { nodes { issuedBy { employee { id } } voidedBy { employee { name } } } }`,
    // The issuers come with the page; and employees who are asked for other fields are read by another statement.
    5,
  ],
  [
    'there and back again',
    `payments(first: $rows) { nodes { employee { payments(first: $rows) { nodes { employee { id } } } } } }`,
    4,
  ],
  [
    'two aliases of one list',
    `${people} { nodes { a: payments(first: $rows) { nodes { issuedBy { id } } }
       b: payments(first: $rows, filter: { kind: BONUS }) { nodes { id } } } }`,
    4,
  ],
];

test.each(cases)(
  '%s: the number of statements does not grow with the rows',
  async (_what, selection, expected) => {
    const counts: number[] = [];
    for (const size of [
      { people: 2, rows: 1 },
      { people: 2, rows: 10 },
      { people: 20, rows: 1 },
      { people: 20, rows: 10 },
    ]) {
      counts.push((await statementsOf(t, query(selection), size, t.viewer)).length);
    }
    for (const count of counts) expect(count).toBeLessThanOrEqual(expected);
  },
);

test('the page that is counted is a whole one: 20 employees, 10 payments each, each with its issuer', async () => {
  const [, selection] = cases[0] ?? ['', ''];
  const data = await readData(t, query(selection), { people: 20, rows: 10 }, t.viewer);
  const nodes: Array<{ id: string; payments: { nodes: Array<{ issuedBy: { username: string } }> } }> =
    data.employees.nodes;
  expect(nodes.map(({ id }) => id)).toEqual(employees.toSorted());
  for (const { id, payments } of nodes) {
    const index = employees.indexOf(id);
    expect(payments.nodes.map(({ issuedBy }) => issuedBy.username)).toEqual(
      Array.from({ length: 10 }, (_, place) => `issuer${(index + 9 - place) % 20}`),
    );
  }
});

test('no list is read by an OFFSET', async () => {
  const page = `{ payments(first: 5) { pageInfo { endCursor } } employees(first: 5) { pageInfo { endCursor } } }`;
  const first = await readData(t, page, {}, t.viewer);
  const sql = await statementsOf(
    t,
    `query ($payment: String, $employee: String) {
       payments(first: 5, after: $payment) { nodes { id } totalCount }
       employees(first: 5, after: $employee) { nodes { payments(first: 1, after: $payment) { nodes { id } }
         salaryHistory(first: 1) { nodes { unit } } } totalCount } }`,
    { payment: first.payments.pageInfo.endCursor, employee: first.employees.pageInfo.endCursor },
    t.viewer,
  );
  expect(sql).toHaveLength(6);
  expect(sql.join('\n')).not.toMatch(/\boffset\b/i);
});
