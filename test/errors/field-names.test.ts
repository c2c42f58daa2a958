import { expect, test } from 'vitest';
import { useStipend } from '../harness.js';

const t = await useStipend();

/** The same fault, sent in each way that GraphQL has. */
const ways: Array<[field: string, document: string, variables: object]> = [
  ['amount', pay('$input: IssuePaymentInput!', '$input'), { input: payment('-1') }],
  ['amount', pay('$p: IssuePaymentInput!', '$p'), { p: payment('-1') }],
  [
    'period.start',
    pay('$input: IssuePaymentInput!', '$input'),
    { input: { ...payment('1'), period: { start: 5 } } },
  ],
  ['period.start', pay('$p: IssuePaymentInput!', '$p'), { p: { ...payment('1'), period: { start: 5 } } }],
  [
    'period.start',
    pay(
      '$e: ID!, $day: Date!',
      '{ employeeId: $e, amount: { amount: "1", currency: "EUR" }, period: { start: $day, end: "2026-11-30" } }',
    ),
    { e: t.employee.employeeId, day: 5 },
  ],
  [
    'filter.search',
    'query ($filter: EmployeeFilter) { employees(filter: $filter) { totalCount } }',
    { filter: { search: 5 } },
  ],
  [
    'filter.search',
    'query ($f: EmployeeFilter) { employees(filter: $f) { totalCount } }',
    { f: { search: 5 } },
  ],
  ['filter.search', 'query ($s: String) { employees(filter: { search: $s }) { totalCount } }', { s: 5 }],
  ['id', 'query ($id: ID!) { employee(id: $id) { id } }', { id: 'x' }],
  ['id', 'query ($employee: ID!) { employee(id: $employee) { id } }', { employee: {} }],
  ['first', 'query ($n: Int) { employees(first: $n) { totalCount } }', { n: 'x' }],
  ['first', 'query ($n: Int) { employees(first: $n) { totalCount } }', { n: -1 }],
];

function pay(variables: string, input: string): string {
  return `mutation (${variables}) { issuePayment(input: ${input}) { replayed } }`;
}

function payment(amount: string): object {
  return { employeeId: t.employee.employeeId, amount: { currency: 'EUR', amount } };
}

test.each(ways)('the field %s has that name in %s', async (field, document, variables) => {
  const answer = await t.gql(document, variables, t.admin);
  expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field });
});
