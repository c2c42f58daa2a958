import { expect, test } from 'vitest';
import type { Answer } from '../client.js';
import { expectCode } from '../expect.js';
import { insertEmployee } from '../factories.js';
import { useStipend } from '../harness.js';
import { expectInvariants, expectRefusal, whileRefusing } from '../invariants.js';
import {
  bonus,
  countLockWaiters,
  countPayments,
  duringTransaction,
  paid,
  pay,
  salary,
  voidByHand,
} from './support.js';

const t = await useStipend();

test.each([
  ['its audit entry', 'audit_entries', `action = 'payment.issued'`],
  ['its idempotency record', 'idempotency_records', `operation = 'issuePayment'`],
  ['its row', 'payments', `kind = 'SALARY'`],
])(
  'a payment that cannot have %s is not made at all, and its key is free',
  async (_what, table, condition) => {
    const input = salary(await insertEmployee(t.database));
    await whileRefusing(t.database, table, condition, () =>
      expectRefusal(t.database, () => pay(t, input), { code: 'INTERNAL_SERVER_ERROR' }),
    );
    expect((await pay(t, input)).data.issuePayment.replayed).toBe(false);
  },
);

test('what the database said of a failure reaches no client', async () => {
  const input = { ...salary(await insertEmployee(t.database)), note: 'a secret note' };
  await whileRefusing(t.database, 'payments', `note = 'a secret note'`, async () => {
    const { text } = await pay(t, input);
    expect(text).not.toMatch(/INSERT|payments|constraint|refusing|23514|\/|secret/);
  });
  expect(t.logLines.join()).not.toContain('secret note');
});

test('a payment whose database connection dies is SERVICE_UNAVAILABLE, and tried again it is paid once', async () => {
  const employeeId = await insertEmployee(t.database);
  const input = salary(employeeId);
  await duringTransaction(t, `SELECT 1 FROM employees WHERE id = '${employeeId}' FOR UPDATE`, async () => {
    const answer = pay(t, input);
    await expect.poll(endWaitingPayments, { interval: 5, timeout: 15_000 }).toBe(1);
    expectCode(await answer, 'SERVICE_UNAVAILABLE');
  });
  expect(await countPayments(t, employeeId)).toBe(0);
  expect((await pay(t, input)).data.issuePayment.replayed).toBe(false);
  expect((await pay(t, input)).data.issuePayment.replayed).toBe(true);
});

/** @returns how many connections it has ended, of those that wait for a lock to write a payment */
async function endWaitingPayments(): Promise<number> {
  const ended = await t.database.sql(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%payee%'`,
  );
  return ended.length;
}

test('a payment that meets the end of the employment waits to see whether it comes about', async () => {
  const employeeId = await insertEmployee(t.database);
  const end = `UPDATE employees SET terminated_on = '2026-11-21' WHERE id = '${employeeId}'`;
  let answer: Promise<Answer> | undefined;
  await duringTransaction(t, end, async () => {
    answer = pay(t, bonus(employeeId));
    await expect.poll(() => countLockWaiters(t), { interval: 5, timeout: 15_000 }).toBe(1);
  });
  const refused = await answer;
  if (!refused) throw new Error('nothing was sent');
  expectCode(refused, 'BAD_USER_INPUT', { field: 'employeeId' });
  expect(await countPayments(t, employeeId)).toBe(0);
});

const refused = { code: '23001' };

test('no payment is ever changed, but for its voiding', async () => {
  const { id } = await paid(t, bonus(await insertEmployee(t.database)));
  const update = (assignment: string) =>
    t.database.sql(`UPDATE payments SET ${assignment} WHERE id = $1`, [id]);
  const voiding = `voided_at = now(), voided_by = issued_by, void_reason = 'an error'`;
  for (const assignment of [
    'amount_minor = amount_minor + 1',
    `currency = 'USD'`,
    `kind = 'EXPENSE'`,
    `note = 'another'`,
    `issued_at = now()`,
    'employee_id = employee_id',
    `${voiding}, amount_minor = 1`,
    `id = gen_random_uuid()`,
  ]) {
    await expect(update(assignment), assignment).rejects.toMatchObject(refused);
  }
  await expect(update(`voided_at = now()`)).rejects.toMatchObject({ constraint: 'payments_void_check' });
  await voidByHand(t, id);
  for (const assignment of ['voided_at = NULL, voided_by = NULL, void_reason = NULL', voiding]) {
    await expect(update(assignment), assignment).rejects.toMatchObject(refused);
  }
});

test.each(['payments', 'audit_entries', 'salary_changes'])('no row of %s is ever deleted', async (table) => {
  await paid(t, bonus(await insertEmployee(t.database)));
  for (const statement of [`DELETE FROM ${table}`, `TRUNCATE ${table} CASCADE`]) {
    await expect(t.database.sql(statement), statement).rejects.toMatchObject(refused);
  }
});

test.each(['users', 'employees'])('no payment is lost with the rows of %s', async (table) => {
  await paid(t, bonus(await insertEmployee(t.database)));
  await expect(t.database.sql(`DELETE FROM ${table}`)).rejects.toThrow();
  await expect(t.database.sql(`TRUNCATE ${table} CASCADE`)).rejects.toMatchObject(refused);
});

test.each(['audit_entries', 'salary_changes'])('no row of %s is ever changed', async (table) => {
  await paid(t, bonus(await insertEmployee(t.database)));
  await expect(t.database.sql(`UPDATE ${table} SET id = id`)).rejects.toMatchObject(refused);
});

test.each([
  ['an amount of nothing', { amount: 0 }],
  ['an amount below nothing', { amount: -1 }],
  ['a currency that is no code', { currency: 'eur' }],
  ['a period without an end', { start: '2026-11-01' }],
  ['a period that ends before it starts', { start: '2026-11-30', end: '2026-11-01' }],
  ['a salary without a period', { kind: 'SALARY' }],
])('the database itself refuses %s', async (_what, given) => {
  const employeeId = await insertEmployee(t.database);
  const row = { amount: 1, currency: 'EUR', kind: 'BONUS', start: null, end: null, ...given };
  const insert = t.database.sql(
    `INSERT INTO payments (id, employee_id, issued_by, issued_at, amount_minor, currency, kind, period_start, period_end)
     VALUES (gen_random_uuid(), $1, $2, now(), $3, $4, $5::payment_kind, $6, $7)`,
    [employeeId, t.admin.id, row.amount, row.currency, row.kind, row.start, row.end],
  );
  await expect(insert).rejects.toMatchObject({ code: '23514' });
});

test('all of it leaves the database sound', () => expectInvariants(t.database));
