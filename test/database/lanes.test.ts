import { expect, test } from 'vitest';
import { expectData } from '../expect.js';
import { insertEmployee, insertPayment } from '../factories.js';
import { useStipend } from '../harness.js';
import { countLockWaiters, duringTransaction, pay } from '../issue-payment/support.js';

const t = await useStipend();
const employeeId = await insertEmployee(t.database, { name: 'Ada Quick' });
await insertPayment(t.database, { employeeId, currency: 'CHF' });

/** PostgreSQL's part of what is asked for here waits for a lock: so it is as slow as a test wants it to be. */
const lock = 4711;
await t.database.sql(`CREATE FUNCTION slowly() RETURNS boolean LANGUAGE plpgsql AS $$
  BEGIN PERFORM pg_advisory_xact_lock_shared(${lock}); RETURN true; END $$`);
await t.database.sql(`ALTER TABLE payments ENABLE ROW LEVEL SECURITY`);
await t.database.sql(`CREATE POLICY slow_lists ON payments FOR SELECT
  USING (current_query() NOT LIKE ALL ('{%p.currency =%,%wanted%,%DISTINCT p.employee_id%}') OR slowly())`);
await t.database.sql(`CREATE POLICY anything ON payments FOR INSERT WITH CHECK (true)`);

/** Each is another document: none of them shares a statement with another one. */
const slow = Array.from(
  { length: 24 },
  (_, n) =>
    [
      `{ payments(first: ${n + 1}, filter: { currency: "CHF" }) { nodes { id } } }`,
      `{ payments(filter: { currency: "CHF" }) { totalCount n${n}: totalCountIsExact } }`,
      `{ employees { nodes { id payments(first: ${n + 1}) { nodes { id } totalCount } } } }`,
    ][n % 3] ?? '',
);

test('what one viewer asks for keeps neither reads by id nor payments waiting', async () => {
  let answers: Array<ReturnType<typeof t.gql>> = [];
  await duringTransaction(t, `SELECT pg_advisory_xact_lock(${lock})`, async () => {
    answers = slow.map((query) => t.gql(query, {}, t.viewer));
    await expect.poll(() => countLockWaiters(t), { interval: 5, timeout: 15_000 }).toBeGreaterThan(2);
    for (let round = 0; round < 3; round++) {
      expectData(await pay(t, { employeeId, amount: { amount: '1.00', currency: 'EUR' }, kind: 'BONUS' }));
      expect((await t.gql(`{ employee(id: "${employeeId}") { name } }`, {}, t.viewer)).data).toEqual({
        employee: { name: 'Ada Quick' },
      });
    }
    // Half of the ten connections at most.
    expect(await countLockWaiters(t)).toBeLessThanOrEqual(5);
  });
  for (const answer of await Promise.all(answers)) expectData(answer);
});

test('nor do sums of all payments', async () => {
  let answers: Array<ReturnType<typeof t.gql>> = [];
  await duringTransaction(t, `SELECT pg_advisory_xact_lock(${lock})`, async () => {
    answers = Array.from({ length: 6 }, (_, n) => {
      const query = `{ n${n}: payrollSummary(from: "2020-01-01", to: "2027-01-01", groupBy: KIND) { key } }`;
      return t.gql(query, {}, t.viewer);
    });
    await expect.poll(() => countLockWaiters(t), { interval: 5, timeout: 15_000 }).toBe(2);
    for (let round = 0; round < 3; round++) {
      expectData(await pay(t, { employeeId, amount: { amount: '1.00', currency: 'EUR' }, kind: 'BONUS' }));
    }
    expect(await countLockWaiters(t)).toBe(2);
  });
  for (const answer of await Promise.all(answers)) expectData(answer);
});

test('nor does what one admin has pay runs do', async () => {
  const draft = `mutation ($input: DraftPayRunInput!) { draftPayRun(input: $input) { payRun { status } } }`;
  const month = (n: number) => `2026-${String(n + 1).padStart(2, '0')}`;
  let answers: Array<ReturnType<typeof t.gql>> = [];
  await duringTransaction(t, 'LOCK TABLE pay_runs IN SHARE MODE', async () => {
    answers = Array.from({ length: 12 }, (_, n) => {
      const period = { start: `${month(n)}-01`, end: `${month(n)}-28` };
      return t.gql(draft, { input: { period, payDate: period.end } }, t.admin);
    });
    await expect.poll(() => countLockWaiters(t), { interval: 5, timeout: 15_000 }).toBe(2);
    for (let round = 0; round < 3; round++) {
      expectData(await pay(t, { employeeId, amount: { amount: '1.00', currency: 'EUR' }, kind: 'BONUS' }));
      expectData(
        await t.gql(`{ employee(id: "${employeeId}") { name } employees { totalCount } }`, {}, t.viewer),
      );
    }
    expect(await countLockWaiters(t)).toBe(2);
  });
  for (const answer of await Promise.all(answers))
    expect(expectData(answer).draftPayRun.payRun.status).toBe('DRAFT');
});
