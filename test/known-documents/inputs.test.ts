import { beforeEach, expect, test } from 'vitest';
import { insertEmployee, insertPayment } from '../factories.js';
import { ask, bodyOf, codesOf, expectSame, unseen, useWays, type Way } from './support.js';

const ways = await useWays();
const { t } = ways;
const { admin } = t;
const all: Array<[string, Way]> = [
  ['never', ways.apollo],
  ['known', ways.known],
  ['always', ways.known],
];

let employeeId = '';
beforeEach(async () => {
  employeeId = await insertEmployee(t.database, { name: 'Ina Input', department: 'Inputs' });
  await t.database.sql(
    `UPDATE employees SET bank_holder = 'Ina', bank_country = 'DE', bank_last_four = '1234', bank_account_sealed = 'sealed'
     WHERE id = $1`,
    [employeeId],
  );
});

const edit = `mutation ($id: ID!, $version: Int!, $name: String, $title: String, $salary: MoneyInput, $unit: PayPeriodUnit,
    $bankAccount: BankAccountInput) {
  editEmployee(input: { id: $id, version: $version, name: $name, title: $title, salary: $salary, salaryUnit: $unit,
    bankAccount: $bankAccount }) { employee { version name title bankAccount { lastFour } salary { amount } salaryUnit } }
}`;

test.each(all)(
  '%s: a field of an input whose variable is absent stays as it is, each time',
  async (_name, way) => {
    const query = unseen(edit);
    for (const version of [1, 2, 3]) {
      const title = `Title ${version}`;
      const answer = await ask(way, {
        query,
        variables: { id: employeeId, version, title },
        token: admin.token,
      });
      expect(bodyOf(answer), answer.body).toEqual({
        data: {
          editEmployee: {
            employee: {
              version: version + 1,
              name: 'Ina Input',
              title,
              bankAccount: { lastFour: '1234' },
              salary: { amount: '5000.00' },
              salaryUnit: 'MONTH',
            },
          },
        },
      });
    }
  },
);

test.each(all)(
  '%s: a field of an input whose variable is null is cleared, or refused, each time',
  async (_name, way) => {
    const query = unseen(edit);
    const send = (given: object) =>
      ask(way, { query, variables: { id: employeeId, ...given }, token: admin.token });
    await send({ version: 1, title: 'One' });
    for (let time = 1; time <= 3; time++) {
      expect(codesOf(await send({ version: 2, name: null })), `time ${time}`).toEqual(['BAD_USER_INPUT']);
    }
    const cleared = await send({ version: 2, bankAccount: null });
    expect(bodyOf(cleared).data).toMatchObject({ editEmployee: { employee: { bankAccount: null } } });
  },
);

test.each(all)(
  '%s: a user who is edited without a word of the employee stays that employee',
  async (_name, way) => {
    const other = await insertEmployee(t.database);
    const { id } = await t.account(`user-${other}`, 'EMPLOYEE', other);
    const query = unseen(
      `mutation ($id: ID!, $disabled: Boolean, $employee: ID) {
       editUser(input: { id: $id, disabled: $disabled, employeeId: $employee }) { user { disabledAt employee { id } } } }`,
    );
    for (const disabled of [true, false, true, false]) {
      const answer = await ask(way, { query, variables: { id, disabled }, token: admin.token });
      expect(bodyOf(answer), answer.body).toEqual({
        data: {
          editUser: {
            user: { disabledAt: disabled ? t.clock.now().toISOString() : null, employee: { id: other } },
          },
        },
      });
    }
  },
);

const filtered = `query ($search: String, $department: String, $status: EmployeeStatus, $first: Int, $after: String) {
  employees(first: $first, after: $after, filter: { search: $search, department: $department, status: $status }) {
    totalCount nodes { name } } }`;

test.each([
  {},
  { search: 'Ina' },
  { department: 'Inputs', status: null },
  { search: null, department: null, status: null, first: null, after: null },
  { first: 1, status: 'ACTIVE' },
  { search: 'nobody', other: 'is ignored', more: { of: ['it'] } },
])('a filter of variables, given %j, is the same from the first time on', async (variables) => {
  const answer = await expectSame(ways, { query: filtered, variables, token: admin.token });
  expect(bodyOf(answer).errors).toBeUndefined();
});

test.each<[string, unknown]>([
  ['absent', undefined],
  ['null', null],
  ['empty', {}],
  ['without a field', { kind: null, currency: 'EUR' }],
  [
    'with all of them',
    {
      employeeId: t.employee.employeeId,
      kind: 'BONUS',
      status: 'ISSUED',
      currency: 'EUR',
      issuedFrom: '2026-01-01T00:00:00Z',
    },
  ],
])('a filter that is one variable, %s, is the same from the first time on', async (_what, filter) => {
  await insertPayment(t.database, { employeeId: t.employee.employeeId });
  const query = 'query ($filter: PaymentFilter) { payments(filter: $filter) { totalCount nodes { id } } }';
  const answer = await expectSame(ways, { query, variables: { filter }, token: admin.token });
  expect(bodyOf(answer).errors, answer.body).toBeUndefined();
});

test.each<[string, string, object]>([
  ['a default that is used', 'query ($first: Int = 1) { employees(first: $first) { nodes { id } } }', {}],
  [
    'a default that is not used',
    'query ($first: Int = 1) { employees(first: $first) { nodes { id } } }',
    { first: 2 },
  ],
  [
    'null for a default',
    'query ($first: Int = 1) { employees(first: $first) { nodes { id } } }',
    { first: null },
  ],
  [
    'a default that null cannot stand in for',
    'query ($first: Int! = 1) { employees(first: $first) { nodes { id } } }',
    {},
  ],
  [
    'a default within an object',
    'query ($status: EmployeeStatus = TERMINATED) { employees(filter: { status: $status }) { totalCount } }',
    {},
  ],
  [
    'an object for a default',
    'query ($filter: EmployeeFilter = { status: ACTIVE }) { employees(filter: $filter) { totalCount } }',
    {},
  ],
  [
    'null for a default',
    'query ($filter: EmployeeFilter = null) { employees(filter: $filter) { totalCount } }',
    {},
  ],
  ['the default of an argument', 'query ($first: Int) { employees(first: $first) { nodes { id } } }', {}],
])('%s: the same from the first time on', async (_what, query, variables) => {
  const answer = await expectSame(ways, { query, variables, token: admin.token });
  expect(bodyOf(answer).errors, answer.body).toBeUndefined();
});

test.each<[string, string, object]>([
  [
    'null for an argument that has a default and may not be null',
    'mutation ($scope: LogoutScope) { logout(scope: $scope) { revokedSessions } }',
    { scope: null },
  ],
  [
    'null for a field that has a default and may not be null',
    `mutation ($kind: PaymentKind) { issuePayment(input: { employeeId: 5, amount: { amount: 5, currency: 5 }, kind: $kind }) {
       replayed } }`,
    { kind: null },
  ],
  ['null for an id that has a default', 'query ($id: ID = 5) { employee(id: $id) { name } }', { id: null }],
  [
    'a number beyond all numbers for a default',
    `mutation ($amount: Decimal! = 1e999, $currency: Currency!, $id: ID!) { issuePayment(input: { employeeId: $id, kind: BONUS,
       amount: { amount: $amount, currency: $currency } }) { replayed } }`,
    { currency: 'EUR', id: t.employee.employeeId },
  ],
])('%s is refused, with the same error each time', async (_what, query, variables) => {
  const { token } = await t.account(`admin-${unseen('').replace(/\W/g, '')}`, 'ADMIN');
  const answer = await expectSame(ways, { query, variables, token });
  expect(bodyOf(answer).errors).toHaveLength(1);
});

test('a kind of payment that is absent is SALARY, and one that is null is refused, also once it is known', async () => {
  const query = unseen(
    `mutation ($id: ID!, $kind: PaymentKind, $amount: MoneyInput!, $period: PeriodInput) {
       issuePayment(input: { employeeId: $id, amount: $amount, kind: $kind, period: $period }) { payment { kind } } }`,
  );
  const amount = { amount: '1.00', currency: 'EUR' };
  const period = (month: string) => ({ start: `2026-${month}-01`, end: `2026-${month}-28` });
  for (const [index, way] of [ways.apollo, ways.known, ways.known].entries()) {
    for (const time of [1, 2, 3]) {
      const variables = { id: employeeId, amount, period: period(String(index * 3 + time).padStart(2, '0')) };
      const answer = await ask(way, { query, variables, token: admin.token });
      expect(bodyOf(answer).data, answer.body).toEqual({ issuePayment: { payment: { kind: 'SALARY' } } });
    }
    const answer = await ask(way, {
      query,
      variables: { id: employeeId, amount, kind: null, period: period('12') },
      token: admin.token,
    });
    expect(bodyOf(answer).errors, answer.body).toHaveLength(1);
  }
  const paid = await t.database.sql('SELECT 1 FROM payments WHERE employee_id = $1', [employeeId]);
  expect(paid).toHaveLength(9);
});
