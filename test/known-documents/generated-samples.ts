import type { Harness } from '../harness.js';
import type { World } from '../permissions/world.js';
import type { Samples } from './generated-request.js';

const cursorsQuery = `{ employees { edges { cursor } nodes { salaryHistory { edges { cursor } } } }
  payments { edges { cursor } } users { edges { cursor } } }`;

/** Good values and bad ones for a generated request. Whatever a mutation is given, it may be sent again and again. */
export async function generatedSamples(t: Harness, { employeeId, paymentId }: World): Promise<Samples> {
  const { data } = await t.gql(cursorsQuery, {}, t.admin);
  const cursors = {
    employees: data.employees.edges[0].cursor,
    payments: data.payments.edges[1].cursor,
    users: data.users.edges[0].cursor,
    salaryHistory: data.employees.nodes[0].salaryHistory.edges[0].cursor,
    none: 'no cursor',
  };
  const ids = [...Object.values(employeeId), ...Object.values(paymentId)];
  return {
    cursors,
    values: {
      id: [...ids, ...ids, 'no id', 7],
      employeeId: [...Object.values(employeeId), 'no id'],
      payRunId: [employeeId.missing, 'no id'],
      first: [1, 2, 3, 10, 1, 2, 3, 10, 100, 0, 101, -1],
      date: ['2026-11-22', '1999-12-31', '1899-12-31', 'soon'],
      search: ['e', 'stranger', '', '%', 'x'.repeat(101)],
      department: ['Engineering', 'Stranger department', ''],
      currency: ['EUR', 'JPY', 'XXX', 5],
      issuedFrom: ['2026-01-01T00:00:00Z', '2030-01-01T00:00:00+01:00', 'soon'],
      issuedTo: ['2030-01-01T00:00:00Z', '1999-01-01T00:00:00Z', 5],
      name: ['Payment', 'Role', 'nothing'],
      includeDeprecated: [true, false],
    },
    mutations: mutations(t, employeeId),
  };
}

function mutations(t: Harness, employeeId: World['employeeId']): Samples['mutations'] {
  const amount = { amount: '1.00', currency: 'EUR' };
  const period = { start: '2026-03-01', end: '2026-03-31' };
  const bonus = { employeeId: employeeId.own, amount, kind: 'BONUS' };
  const orders = [
    { ...bonus, idempotencyKey: 'bonus' },
    { ...bonus, idempotencyKey: 'with a note', note: '"quoted" \u001f \u2028 \n' },
    { ...bonus, idempotencyKey: 'bonus', note: 'another input' },
    { ...bonus, idempotencyKey: 'salary', kind: 'SALARY', period },
    { ...bonus, idempotencyKey: 'again', kind: 'SALARY', period },
    { ...bonus, idempotencyKey: 'others', employeeId: employeeId.others, kind: undefined, period },
    { ...bonus, idempotencyKey: 'nobody', employeeId: employeeId.missing },
    { ...bonus, idempotencyKey: 'nothing', amount: { amount: '0', currency: 'EUR' } },
    { ...bonus, idempotencyKey: 'number', amount: { amount: 5, currency: 'USD' } },
    { ...bonus, idempotencyKey: 'no amount', amount: null },
  ];
  const edits = [
    { id: employeeId.own, version: 1 },
    { id: employeeId.own, version: 1, name: 'Emil Own' },
    { id: employeeId.own, version: 99, title: 'Another' },
    { id: employeeId.own, version: 1, title: null },
    { id: employeeId.missing, version: 1, title: 'Another' },
    { id: 'no id', version: 1 },
  ];
  const users = [
    { id: t.employee.id, disabled: false, role: 'EMPLOYEE' },
    { id: t.viewer.id },
    { id: employeeId.missing },
    { id: t.viewer.id, role: null },
  ];
  const user = { username: 'VERA', password: 'a password for a test', role: 'VIEWER' };
  return [
    ['issuePayment', { input: orders }],
    ['issuePayment', { input: orders }],
    ['editEmployee', { input: edits }],
    ['editUser', { input: users }],
    [
      'createUser',
      {
        input: [
          { ...user, password: 'short' },
          { ...user, username: '' },
        ],
      },
    ],
    ['logout', { scope: ['OTHER_SESSIONS', 'OTHER_SESSIONS', null] }],
    ['revokeSession', { id: [employeeId.missing, 'no id', null] }],
    ['login', { username: [5], password: [null] }],
  ];
}
