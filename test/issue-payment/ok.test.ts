import { expect, test } from 'vitest';
import { insertEmployee } from '../factories.js';
import { useStipend } from '../harness.js';

const t = await useStipend();

const issue = `mutation ($input: IssuePaymentInput!) {
  issuePayment(input: $input) {
    replayed
    payment { id amount { amount currency } kind period { start end } note status issuedAt issuedBy { username } employee { id } }
  }
}`;

test('an admin pays a salary, and the answer is what was paid', async () => {
  const employeeId = await insertEmployee(t.database);
  const input = {
    employeeId,
    amount: { amount: '5000.5', currency: 'EUR' },
    period: { start: '2026-11-01', end: '2026-11-30' },
    note: 'November',
    idempotencyKey: 'ok-1',
  };
  const answer = await t.gql(issue, { input }, t.admin);
  expect(answer.errors).toBeUndefined();
  expect(answer.data.issuePayment).toEqual({
    replayed: false,
    payment: {
      id: expect.any(String),
      amount: { amount: '5000.50', currency: 'EUR' },
      kind: 'SALARY',
      period: { start: '2026-11-01', end: '2026-11-30' },
      note: 'November',
      status: 'ISSUED',
      issuedAt: '2026-11-22T09:30:00.000Z',
      issuedBy: { username: 'admin' },
      employee: { id: employeeId },
    },
  });
});

test('50 parallel calls with one key issue one payment and give 50 equal answers', async () => {
  const employeeId = await insertEmployee(t.database);
  const input = {
    employeeId,
    amount: { amount: '1', currency: 'EUR' },
    period: { start: '2026-11-01', end: '2026-11-30' },
    idempotencyKey: 'parallel',
  };
  const answers = await Promise.all(Array.from({ length: 50 }, () => t.gql(issue, { input }, t.admin)));
  expect(new Set(answers.map((answer) => JSON.stringify(answer.data?.issuePayment.payment))).size).toBe(1);
  expect(answers.filter((answer) => answer.data.issuePayment.replayed === false)).toHaveLength(1);
  const rows = await t.database.sql('SELECT 1 FROM payments WHERE employee_id = $1', [employeeId]);
  expect(rows).toHaveLength(1);
});
