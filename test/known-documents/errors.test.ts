import { expect, test } from 'vitest';
import { World } from '../permissions/world.js';
import {
  bodyOf,
  codesOf,
  expectSame,
  makeKnown,
  sendKnown,
  sendUnseen,
  unseen,
  useServer,
} from './support.js';

const t = await useServer();
const { token } = t.admin;
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
  'two errors at the top, of fields that may be null': {
    query: 'query ($id: ID!) { a: employee(id: $id) { id } b: payment(id: $id) { id } __typename }',
    variables: { id: '-' },
    codes: ['BAD_USER_INPUT', 'BAD_USER_INPUT'],
    data: { a: null, b: null, __typename: 'Query' },
  },
  'two errors at the top, of fields that may not be null': {
    query:
      'query ($first: Int) { a: payments(first: $first) { nodes { id } } b: employees(first: $first) { nodes { id } } }',
    variables: { first: 0 },
    codes: ['BAD_USER_INPUT'],
    data: null,
  },
  'an error beside one that leaves nothing': {
    query:
      'query ($id: ID!, $first: Int) { payments(first: $first) { nodes { id } } employee(id: $id) { id } }',
    variables: { id: '-', first: 0 },
    codes: ['BAD_USER_INPUT', 'BAD_USER_INPUT'],
    data: null,
  },
  'an error in each row of a list, beside what is well': {
    query:
      'query ($date: Date!) { employees(first: 3) { nodes { __typename salaryAt(date: $date) { unit } } } }',
    variables: { date: '1899-12-31' },
    codes: ['BAD_USER_INPUT', 'BAD_USER_INPUT', 'BAD_USER_INPUT'],
    data: {
      employees: { nodes: Array.from({ length: 3 }, () => ({ __typename: 'Employee', salaryAt: null })) },
    },
  },
  'an error that leaves nothing of its parents, up to one that may be null': {
    query: `query ($p: ID!, $first: Int) { payment(id: $p) { id replaces { id employee { payments(first: $first) { totalCount } } } } }`,
    variables: { p: paymentId, first: 0 },
    codes: ['BAD_USER_INPUT'],
    data: { payment: { id: paymentId, replaces: null } },
  },
  'what only readers may read': {
    query: '{ users { nodes { id } } __typename }',
    codes: ['FORBIDDEN'],
    data: null,
    token: t.employee.token,
  },
  'what only an admin may do': {
    query: 'mutation ($input: EditUserInput!) { editUser(input: $input) { user { id } } }',
    variables: { input: { id: t.viewer.id, role: 'ADMIN' } },
    codes: ['FORBIDDEN'],
    data: { editUser: null },
    token: t.viewer.token,
  },
  'an amount that is a number': {
    query: 'mutation ($input: IssuePaymentInput!) { issuePayment(input: $input) { replayed } }',
    variables: { input: { employeeId: id, kind: 'BONUS', amount: { amount: 5, currency: 'EUR' } } },
    codes: ['BAD_USER_INPUT'],
    data: { issuePayment: null },
  },
  'null for an argument that has a default and may not be null': {
    query: 'mutation ($scope: LogoutScope) { logout(scope: $scope) { revokedSessions } }',
    variables: { scope: null },
    codes: ['BAD_USER_INPUT'],
    data: { logout: null },
  },
};

test.each(Object.entries(cases))(
  '%s: the errors of a known document, and the data beside them, are the same',
  async (_what, { query, variables = {}, codes, data, ...one }) => {
    const answer = await expectSame(t, { query, variables, token, ...one });
    expect(codesOf(answer)).toEqual(codes);
    expect(bodyOf(answer).data).toEqual(data);
  },
);

test('an error names the request by the id that its client gave it, and by no other', async () => {
  const sent = { query: 'query ($id: ID!) { employee(id: $id) { name } }', variables: { id: 'x' }, token };
  const extensions = { code: 'BAD_USER_INPUT', field: 'id' };
  const named = await expectSame(t, { ...sent, headers: { 'x-request-id': 'mine-1' } });
  expect(bodyOf(named).errors?.[0]?.extensions).toEqual({ ...extensions, requestId: 'mine-1' });
  expect(bodyOf(await expectSame(t, sent)).errors?.[0]?.extensions).toEqual(extensions);
});

test('a fault of the server is masked, and logged once', async () => {
  const sent = { query: unseen('{ payments(first: 1) { nodes { note } } me { username } }'), token };
  await makeKnown(t, sent);
  await t.database.sql('ALTER TABLE payments RENAME COLUMN note TO annotation');
  try {
    const expected = await sendUnseen(t, sent);
    expect(codesOf(expected)).toEqual(['INTERNAL_SERVER_ERROR']);
    t.logLines.length = 0;
    expect(await sendKnown(t, sent)).toEqual(expected);
    expect(t.logLines.filter((line) => JSON.parse(line).level >= 50)).toHaveLength(1);
  } finally {
    await t.database.sql('ALTER TABLE payments RENAME COLUMN annotation TO note');
  }
});
