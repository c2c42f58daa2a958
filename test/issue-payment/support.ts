import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { Answer } from '../client.js';
import type { Harness } from '../harness.js';

export const issuePayment = `mutation ($input: IssuePaymentInput!) {
  issuePayment(input: $input) {
    replayed
    payment {
      id amount { amount currency } kind period { start end } note status issuedAt issuedBy { username } employee { id }
      voidedAt replaces { id } replacedBy { id }
    }
  }
}`;

/** Asks to pay, as the admin unless said otherwise. */
export function pay(t: Harness, input: object, account: { token: string } = t.admin): Promise<Answer> {
  return t.gql(issuePayment, { input }, account);
}

/** Pays, or fails the test. @returns the payment */
export async function paid(t: Harness, input: object): Promise<{ id: string; [field: string]: unknown }> {
  const answer = await pay(t, input);
  if (answer.errors) throw new Error(`not paid: ${answer.text}`);
  return answer.data.issuePayment.payment;
}

export const november = { start: '2026-11-01', end: '2026-11-30' };

/** A salary of November that nothing is wrong with, under a key of its own. */
export function salary(employeeId: string) {
  return {
    employeeId,
    amount: { amount: '5000.00', currency: 'EUR' },
    period: november,
    idempotencyKey: randomUUID(),
  };
}

/** A bonus that nothing is wrong with. */
export function bonus(employeeId: string) {
  return { employeeId, amount: { amount: '100.00', currency: 'EUR' }, kind: 'BONUS' };
}

/** @returns how many payments an employee has */
export async function countPayments(t: Harness, employeeId: string): Promise<number> {
  return (await t.database.sql('SELECT 1 FROM payments WHERE employee_id = $1', [employeeId])).length;
}

/** Voids a payment by the test's own hand. */
export async function voidByHand(t: Harness, paymentId: string): Promise<void> {
  await t.database.sql(
    `UPDATE payments SET voided_at = now(), voided_by = issued_by, void_reason = 'a test' WHERE id = $1`,
    [paymentId],
  );
}

/** Ends an employment by the test's own hand. */
export async function endEmployment(t: Harness, employeeId: string, lastDay: string): Promise<void> {
  await t.database.sql('UPDATE employees SET terminated_on = $2 WHERE id = $1', [employeeId, lastDay]);
}

/** Does the work while a transaction of the test's own has run the statement and is open, then commits it. */
export async function duringTransaction(
  t: Harness,
  statement: string,
  work: () => Promise<void>,
): Promise<void> {
  const client = new pg.Client({ connectionString: t.database.url });
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query(statement);
    await work();
    await client.query('COMMIT');
  } finally {
    await client.end();
  }
}

/** @returns how many connections to the database wait for a lock */
export async function countLockWaiters(t: Harness): Promise<number> {
  const waiters = await t.database.sql(
    `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return waiters.length;
}
