import { describe, expect, test } from 'vitest';
import type { Answer } from '../client.js';
import { insertEmployee, insertUser } from '../factories.js';
import { useStipend } from '../harness.js';
import { readData } from '../payments/reads.js';
import { insertLinkedPayment } from '../payments/rows.js';

const t = await useStipend();

const [one, other, unpaid] = [
  await insertEmployee(t.database),
  await insertEmployee(t.database),
  await insertEmployee(t.database),
];
const issuer = await insertUser(t.database, { username: 'issuer', role: 'ADMIN' });
/** Ids, the newest first. */
const paid = new Map<string, string[]>([[unpaid, []]]);
for (const employeeId of [one, other]) {
  const ids: string[] = [];
  for (let day = 1; day <= 5; day += 1) {
    const issuedAt = new Date(Date.UTC(2026, 9, day));
    const currency = day % 2 === 0 ? 'USD' : 'EUR';
    ids.unshift(
      await insertLinkedPayment(t.database, {
        employeeId,
        issuedAt,
        currency,
        issuedBy: issuer,
        note: `${day}`,
      }),
    );
  }
  paid.set(employeeId, ids);
}
const newest = (id: string, from: number, to: number) =>
  (paid.get(id) ?? []).slice(from, to).map((id) => ({ id }));

const page = 'nodes { id } pageInfo { hasNextPage hasPreviousPage endCursor }';

async function read(selection: string, variables: Record<string, unknown> = {}): Promise<Answer['data']> {
  const used = { id: 'ID!', other: 'ID!', after: 'String', first: 'Int', show: 'Boolean!' };
  const given: Record<string, unknown> = { id: one, ...variables };
  const declared = Object.entries(used).filter(([name]) => selection.includes(`$${name}`));
  const query = `query (${declared.map(([name, type]) => `$${name}: ${type}`)}) { ${selection} }`;
  return readData(t, query, given, t.viewer);
}

describe("an employee's payments are the same, however they are asked for", () => {
  test.each([
    ['by themselves', 'employee(id: $id) { payments(first: 2) { nodes { id } } }'],
    ['under another name', 'employee(id: $id) { payments: payments(first: 2) { nodes { id } } }'],
    [
      'beside other fields',
      'employee(id: $id) { name salary { amount } payments(first: 2) { nodes { id } } }',
    ],
    [
      'in parts',
      'employee(id: $id) { payments(first: 2) { totalCount } payments(first: 2) { nodes { id } } }',
    ],
    [
      'where a condition says so',
      'employee(id: $id) { payments(first: 2) @include(if: $show) { nodes { id } } }',
    ],
    ['in a fragment', 'employee(id: $id) { ... on Employee { payments(first: 2) { nodes { id } } } }'],
  ])('%s', async (_how, selection) => {
    const { employee } = await read(selection, { show: true });
    expect(employee).toMatchObject({ payments: { nodes: newest(one, 0, 2) } });
  });

  test('twice, with arguments of their own', async () => {
    const { employee } = await read(
      'employee(id: $id) { few: payments(first: 1) { nodes { id } } more: payments(first: 3) { nodes { id } } }',
    );
    expect(employee).toEqual({ few: { nodes: newest(one, 0, 1) }, more: { nodes: newest(one, 0, 3) } });
  });

  test('of two employees, and of one who is asked for twice', async () => {
    const found = await read(
      `a: employee(id: $id) { payments(first: 1) { nodes { id } } } b: employee(id: $other) { payments(first: 1) { nodes { id } } }
       c: employee(id: $id) { payments(first: 2) { nodes { id } } } d: employee(id: $id) { p: payments(first: 1) { nodes { id } } }`,
      { other },
    );
    expect(found).toEqual({
      a: { payments: { nodes: newest(one, 0, 1) } },
      b: { payments: { nodes: newest(other, 0, 1) } },
      c: { payments: { nodes: newest(one, 0, 2) } },
      d: { p: { nodes: newest(one, 0, 1) } },
    });
  });

  test('of one who was never paid', async () => {
    const { employee } = await read(`employee(id: $id) { payments { totalCount ${page} } }`, { id: unpaid });
    const pageInfo = { hasNextPage: false, hasPreviousPage: false, endCursor: null };
    expect(employee).toEqual({ payments: { totalCount: 0, nodes: [], pageInfo } });
  });

  test('with their issuers', async () => {
    const { employee } = await read(
      'employee(id: $id) { payments(first: 1) { nodes { issuedBy { username } } } }',
    );
    expect(employee).toEqual({ payments: { nodes: [{ issuedBy: { username: 'issuer' } }] } });
  });
});

test('pages follow one another, and only what a filter lets through is on them', async () => {
  const selection = `employee(id: $id) {
    payments(first: $first, after: $after, filter: { currency: "EUR" }) { totalCount nodes { note } pageInfo { hasNextPage endCursor } } }`;
  const first = (await read(selection, { first: 2 })).employee.payments;
  expect(first).toMatchObject({
    totalCount: 3,
    nodes: [{ note: '5' }, { note: '3' }],
    pageInfo: { hasNextPage: true },
  });
  const second = (await read(selection, { first: 2, after: first.pageInfo.endCursor })).employee.payments;
  expect(second).toMatchObject({ totalCount: 3, nodes: [{ note: '1' }], pageInfo: { hasNextPage: false } });
});

test.each([
  ['a page of none', 'payments(first: $first) { nodes { id } }', { first: 0 }, 'first'],
  ['a cursor of another list', 'payments(after: $after) { nodes { id } }', { after: 'x' }, 'after'],
])('%s is refused in the place of the payments', async (_what, payments, variables, field) => {
  const declared = field === 'first' ? '$first: Int' : '$after: String';
  const query = `query ($id: ID!, ${declared}) { employee(id: $id) { name ${payments} } }`;
  const { data, errors } = await t.gql(query, { id: one, ...variables }, t.viewer);
  expect(data).toEqual({ employee: null });
  expect(errors).toMatchObject([
    { path: ['employee', 'payments'], extensions: { code: 'BAD_USER_INPUT', field } },
  ]);
});

test('an employee reads their own payments, and of somebody else neither the record nor the payments', async () => {
  const worker = await t.account('worker', 'EMPLOYEE', one);
  const query = `query ($id: ID!) { employee(id: $id) { payments(first: 5) { nodes { id } } } }`;
  expect((await t.gql(query, { id: one }, worker)).data).toEqual({
    employee: { payments: { nodes: newest(one, 0, 5) } },
  });
  expect((await t.gql(query, { id: other }, worker)).data).toEqual({ employee: null });
});
