import { expect, test } from 'vitest';
import { World } from '../permissions/world.js';
import { ask, bodyOf, codesOf, expectSame, unseen, useWays } from './support.js';

const ways = await useWays();
const { t } = ways;
const { admin, employee } = t;
const world = await World.create(t);
const id = world.employeeId.others;
const paymentId = world.paymentId.others;

interface Case {
  query: string;
  variables?: object;
  codes: string[];
  data: unknown;
  token?: string | undefined;
}

const cases: Record<string, Case> = {
  'an id that is none': {
    query: 'query ($id: ID!) { employee(id: $id) { name } }',
    variables: { id: 'x' },
    codes: ['BAD_USER_INPUT'],
    data: { employee: null },
  },
  'a page that is too long': {
    query: 'query ($first: Int) { payments(first: $first) { totalCount } }',
    variables: { first: 101 },
    codes: ['BAD_USER_INPUT'],
    data: null,
  },
  'a cursor of another list': {
    query: 'query ($after: String) { employees(after: $after) { totalCount } }',
    variables: { after: 'x' },
    codes: ['BAD_USER_INPUT'],
    data: null,
  },
  'a fault in each row of a list, beside what is well': {
    query:
      'query ($date: Date!) { employees(first: 3) { nodes { __typename salaryAt(date: $date) { unit } } } }',
    variables: { date: '1899-12-31' },
    codes: ['BAD_USER_INPUT', 'BAD_USER_INPUT', 'BAD_USER_INPUT'],
    data: {
      employees: { nodes: Array.from({ length: 3 }, () => ({ __typename: 'Employee', salaryAt: null })) },
    },
  },
  'a fault that takes its parent along': {
    query:
      'query ($id: ID!, $first: Int) { me { username } employee(id: $id) { name payments(first: $first) { totalCount } } }',
    variables: { id, first: 0 },
    codes: ['BAD_USER_INPUT'],
    data: { me: { username: 'admin' }, employee: null },
  },
  'a fault that takes its parents along, as far as one may be null': {
    query: `query ($p: ID!, $first: Int) { payment(id: $p) { id replaces { id employee { payments(first: $first) { totalCount } } } } }`,
    variables: { p: paymentId, first: 0 },
    codes: ['BAD_USER_INPUT'],
    data: { payment: { id: paymentId, replaces: null } },
  },
  'two faults, each of which takes the same parent along': {
    query: `query ($id: ID!, $first: Int) { employee(id: $id) { payments(first: $first) { totalCount }
      salaryHistory(first: $first) { totalCount } } }`,
    variables: { id, first: 0 },
    codes: ['BAD_USER_INPUT'],
    data: { employee: null },
  },
  'a fault in each row of a list that may not have one': {
    query: `query ($id: ID!, $first: Int) { employee(id: $id) { payments(first: 3) { nodes { employee {
      payments(first: $first) { totalCount } } } } } }`,
    variables: { id, first: 0 },
    codes: ['BAD_USER_INPUT'],
    data: { employee: null },
  },
  'two faults at the top': {
    query:
      'query ($first: Int) { a: payments(first: $first) { totalCount } b: employees(first: $first) { totalCount } }',
    variables: { first: 0 },
    codes: ['BAD_USER_INPUT'],
    data: null,
  },
  'two faults at the top, each of a field that may be null': {
    query: 'query ($id: ID!) { a: employee(id: $id) { id } b: payment(id: $id) { id } me { username } }',
    variables: { id: '-' },
    codes: ['BAD_USER_INPUT', 'BAD_USER_INPUT'],
    data: { a: null, b: null, me: { username: 'admin' } },
  },
  'a fault beside one that leaves nothing': {
    query:
      'query ($id: ID!, $first: Int) { employee(id: $id) { id } payments(first: $first) { totalCount } }',
    variables: { id: '-', first: 0 },
    codes: ['BAD_USER_INPUT', 'BAD_USER_INPUT'],
    data: null,
  },
  'a field that is asked for in two places': {
    query: 'query ($id: ID!) { employee(id: $id) { id } employee(id: $id) { name } }',
    variables: { id: 'x' },
    codes: ['BAD_USER_INPUT'],
    data: { employee: null },
  },
  'a currency that is none': {
    query: 'query ($filter: PaymentFilter) { payments(filter: $filter) { totalCount } }',
    variables: { filter: { currency: 'XXX' } },
    codes: ['BAD_USER_INPUT'],
    data: null,
  },
  'what only readers may read': {
    query: '{ users { totalCount } me { username } }',
    codes: ['FORBIDDEN'],
    data: null,
    token: employee.token,
  },
  'what only an admin may do': {
    query: 'mutation ($input: EditEmployeeInput!) { editEmployee(input: $input) { employee { id } } }',
    variables: { input: { id, version: 1, title: 'x' } },
    codes: ['FORBIDDEN'],
    data: { editEmployee: null },
    token: t.viewer.token,
  },
  'an employee who is not there, in a mutation': {
    query: 'mutation ($input: EditEmployeeInput!) { editEmployee(input: $input) { employee { id } } }',
    variables: { input: { id: world.employeeId.missing, version: 1, title: 'x' } },
    codes: ['NOT_FOUND'],
    data: { editEmployee: null },
  },
  'a stale version': {
    query: 'mutation ($input: EditEmployeeInput!) { editEmployee(input: $input) { employee { id } } }',
    variables: { input: { id, version: 99, title: 'x' } },
    codes: ['CONFLICT'],
    data: { editEmployee: null },
  },
  'an amount that is a number': {
    query: 'mutation ($input: IssuePaymentInput!) { issuePayment(input: $input) { replayed } }',
    variables: { input: { employeeId: id, kind: 'BONUS', amount: { amount: 5, currency: 'EUR' } } },
    codes: ['BAD_USER_INPUT'],
    data: { issuePayment: null },
  },
};

test.each(Object.entries(cases))(
  '%s: the errors and what is answered beside them are the same from the first time on',
  async (_what, { query, variables = {}, codes, data, token = admin.token }) => {
    const answer = await expectSame(ways, { query, variables, token });
    expect(codesOf(answer)).toEqual(codes);
    expect(bodyOf(answer).data).toEqual(data);
  },
);

test('an error names the request by the id that its client gave it, and no other, each time', async () => {
  const sent = {
    query: cases['an id that is none']?.query ?? '',
    variables: { id: 'x' },
    token: admin.token,
  };
  const answer = await expectSame(ways, { ...sent, headers: { 'x-request-id': 'mine-1' } });
  expect(bodyOf(answer).errors?.[0]?.extensions).toEqual({
    code: 'BAD_USER_INPUT',
    field: 'id',
    requestId: 'mine-1',
  });
  const without = await expectSame(ways, sent);
  expect(bodyOf(without).errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', field: 'id' });
});

test('a fault of the server is masked and logged once, each time', async () => {
  const query = unseen('{ payments(first: 1) { totalCount nodes { note } } me { username } }');
  const sent = { query, token: admin.token };
  for (const way of [ways.known, ways.known]) for (let time = 0; time < 2; time++) await ask(way, sent);
  await t.database.sql('ALTER TABLE payments RENAME COLUMN note TO annotation');
  try {
    const expected = await ask(ways.apollo, sent);
    expect(codesOf(expected)).toEqual(['INTERNAL_SERVER_ERROR']);
    for (const way of [ways.known, ways.known]) {
      way.logLines.length = 0;
      expect(await ask(way, sent)).toEqual(expected);
      expect(way.logLines.filter((line) => JSON.parse(line).level >= 50)).toHaveLength(1);
    }
  } finally {
    await t.database.sql('ALTER TABLE payments RENAME COLUMN annotation TO note');
  }
});
