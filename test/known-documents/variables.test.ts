import { expect, test } from 'vitest';
import {
  ask,
  bodyOf,
  codesOf,
  companyStatements,
  expectSameOfKnown,
  makeKnown,
  type Sent,
  unseen,
  useWays,
} from './support.js';

const ways = await useWays();
const { t } = ways;
const { admin } = t;

const pay = {
  query: 'mutation Pay($input: IssuePaymentInput!) { issuePayment(input: $input) { payment { id } } }',
  good: {
    input: { employeeId: t.employee.employeeId, amount: { amount: '1.00', currency: 'EUR' }, kind: 'BONUS' },
  },
};
const read = {
  query:
    'query Read($first: Int, $filter: EmployeeFilter) { employees(first: $first, filter: $filter) { nodes { id } } }',
  good: { first: 2, filter: { status: 'ACTIVE' } },
};
const readPayments = {
  query: 'query ($filter: PaymentFilter) { payments(filter: $filter) { totalCount } }',
  good: { filter: { kind: 'BONUS' } },
};
const one = { query: 'query ($id: ID!) { employee(id: $id) { id } }', good: { id: t.employee.employeeId } };
const salary = {
  query: 'query ($date: Date!) { me { employee { salaryAt(date: $date) { unit } } } }',
  good: { date: '2026-11-22' },
};
const condition = {
  query: 'query ($a: Boolean!) { me { id username @include(if: $a) } }',
  good: { a: true },
};
const logout = {
  query: 'mutation ($scope: LogoutScope!) { logout(scope: $scope) { revokedSessions } }',
  good: {},
};

const { input } = pay.good;
const { kind: _kind, ...withoutKind } = input;
const { amount: _amount, ...withoutAmount } = input;

/** What can be wrong with variables. */
const cases: Array<[string, { query: string; good: object }, unknown]> = [
  ['none at all, where one is required', pay, undefined],
  ['null for all of them, where one is required', pay, null],
  ['a required one missing', pay, {}],
  ['a required one missing, and an unknown one', one, { Id: '1' }],
  ['null for a required one', pay, { input: null }],
  ['null for a required id', one, { id: null }],
  ['a required field missing', pay, { input: withoutAmount }],
  ['a required field of a field missing', pay, { input: { ...input, amount: { amount: '1' } } }],
  ['null for a required field', pay, { input: { ...input, employeeId: null } }],
  ['null for a field that has a default', pay, { input: { ...input, kind: null } }],
  ['an unknown field', pay, { input: { ...input, extra: 1 } }],
  ['two unknown fields', pay, { input: { ...input, extra: 1, other: 2 } }],
  ['an unknown field of a field', pay, { input: { ...input, amount: { ...input.amount, cents: 1 } } }],
  [
    'a field called __proto__',
    pay,
    JSON.parse(`{"input":${JSON.stringify(input).slice(0, -1)},"__proto__":{"x":1}}}`),
  ],
  ['a field called constructor', pay, { input: { ...input, constructor: 'x' } }],
  ['a text for an object', pay, { input: 'x' }],
  ['a number for an object', pay, { input: 5 }],
  ['a list for an object', pay, { input: [input] }],
  ['a list of a text for an object', read, { filter: ['x'] }],
  ['true for an object', pay, { input: true }],
  ['a value that an enum does not have', pay, { input: { ...input, kind: 'GIFT' } }],
  ['a value of an enum in lower case', pay, { input: { ...input, kind: 'bonus' } }],
  ['a member of every object for a value of an enum', pay, { input: { ...input, kind: 'constructor' } }],
  ['__proto__ for a value of an enum', read, { filter: { status: '__proto__' } }],
  ['a number for a value of an enum', read, { filter: { status: 1 } }],
  ['a list of a value of an enum', read, { filter: { status: ['ACTIVE'] } }],
  ['a number beyond 32 bits for an Int', read, { first: 2_147_483_648 }],
  ['a number below 32 bits for an Int', read, { first: -2_147_483_649 }],
  ['a number beyond all exact numbers for an Int', read, { first: 1e300 }],
  ['a fraction for an Int', read, { first: 1.5 }],
  ['a text for an Int', read, { first: '1' }],
  ['an empty text for an Int', read, { first: '' }],
  ['true for an Int', read, { first: true }],
  ['a list for an Int', read, { first: [1] }],
  ['an object for an Int', read, { first: {} }],
  ['a number for a text', read, { filter: { search: 5 } }],
  ['true for a text', read, { filter: { search: true } }],
  ['a list for a text', read, { filter: { search: ['x'] } }],
  ['an object for a text', read, { filter: { search: { toString: 'x' } } }],
  ['a fraction for an id', one, { id: 1.5 }],
  ['true for an id', one, { id: true }],
  ['an object for an id', one, { id: {} }],
  ['a list for an id', one, { id: ['x'] }],
  ['no date', salary, { date: 'soon' }],
  ['a date that there is not', salary, { date: '2026-02-30' }],
  ['a number for a date', salary, { date: 20261122 }],
  ['an instant for a date', salary, { date: '2026-11-22T00:00:00Z' }],
  ['no instant', readPayments, { filter: { issuedFrom: 'soon' } }],
  ['a date for an instant', readPayments, { filter: { issuedFrom: '2026-11-22' } }],
  ['true for an instant', readPayments, { filter: { issuedFrom: true } }],
  ['an object for an instant', readPayments, { filter: { issuedTo: {} } }],
  ['a text for a boolean', condition, { a: 'true' }],
  ['a number for a boolean', condition, { a: 1 }],
  ['null for a required boolean', condition, { a: null }],
  ['no boolean at all', condition, {}],
  ['a scope that there is not', logout, { scope: 'EVERYBODY' }],
  ['null for a scope', logout, { scope: null }],
  ['faults in several variables', read, { first: 'x', filter: { status: 'x', other: 1, search: 5 } }],
];

test.each(cases)(
  '%s: refused with the same bytes each time, and nothing is run',
  async (_what, { query, good }, variables) => {
    const sent: Sent = { query: unseen(query), token: admin.token };
    if (!query.includes('logout')) await makeKnownTo(sent, good);
    const paidBefore = await countPayments();
    for (const headers of [{}, { accept: 'application/graphql-response+json' }]) {
      const statements = companyStatements(ways);
      const answer = await expectSameOfKnown(ways, { ...sent, variables, headers });
      const { data, errors } = bodyOf(answer);
      expect({ data, faults: (errors ?? []).length > 0 }).toEqual({ data: undefined, faults: true });
      expect(new Set(codesOf(answer))).toEqual(new Set(['BAD_USER_INPUT']));
      expect(companyStatements(ways)).toBe(statements);
    }
    expect(await countPayments()).toBe(paidBefore);
  },
);

async function makeKnownTo(sent: Sent, good: object): Promise<void> {
  const variables = structuredClone(good);
  for (const way of [ways.known, ways.known]) {
    if (sent.query.includes('@include')) await ask(way, { ...sent, variables });
    else await makeKnown(way, { ...sent, variables });
  }
}

async function countPayments(): Promise<number> {
  return (await t.database.sql('SELECT 1 FROM payments')).length;
}

test('a known document is served again after variables that it could not take', async () => {
  const sent = { query: unseen(read.query), token: admin.token };
  await makeKnownTo(sent, read.good);
  await ask(ways.known, { ...sent, variables: { first: 'x' } });
  const answer = await expectSameOfKnown(ways, { ...sent, variables: read.good });
  expect(bodyOf(answer).errors).toBeUndefined();
});

test('a payment without its kind, in a document that is known, is a salary, and is paid once', async () => {
  const query = unseen(pay.query);
  await makeKnownTo({ query, token: admin.token }, pay.good);
  const before = await countPayments();
  const period = { start: '2026-03-01', end: '2026-03-31' };
  const variables = { input: { ...withoutKind, period, idempotencyKey: 'without-kind' } };
  const answers = [];
  for (const way of [ways.known, ways.known, ways.apollo])
    answers.push(await ask(way, { query, variables, token: admin.token }));
  expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
  expect(await countPayments()).toBe(before + 1);
});

test.each<[string, unknown]>([
  ['a text', '{"id":"x"}'],
  ['a list', [{ id: 'x' }]],
  ['a number', 5],
  ['true', true],
])('variables that are %s are refused, also with a document that is known', async (_what, variables) => {
  const sent = { query: unseen(one.query), token: admin.token };
  await makeKnownTo(sent, one.good);
  const answer = await expectSameOfKnown(ways, { ...sent, variables });
  expect(codesOf(answer)).toEqual(['BAD_USER_INPUT']);
});
