import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { insertEmployee } from '../factories.js';
import { useStipend } from '../harness.js';
import { expectInvariants, expectRefusal, faultsIn } from '../invariants.js';
import { bonus, countPayments, november, paid, pay, salary, voidByHand } from './support.js';

const t = await useStipend();

const overlapping: Array<[start: string, end: string]> = [
  ['2026-11-01', '2026-11-30'],
  ['2026-11-15', '2026-11-15'],
  ['2026-11-01', '2026-11-01'],
  ['2026-11-30', '2026-11-30'],
  ['2026-10-15', '2026-11-01'],
  ['2026-11-30', '2026-12-31'],
  ['2026-01-01', '2026-12-31'],
];

test.each(overlapping)(
  'a second salary from %s to %s, when November is paid, is ALREADY_PAID',
  async (start, end) => {
    const employeeId = await insertEmployee(t.database);
    await paid(t, salary(employeeId));
    const again = { ...salary(employeeId), period: { start, end }, amount: { amount: '1', currency: 'EUR' } };
    await expectRefusal(t.database, () => pay(t, again), { code: 'ALREADY_PAID', field: 'period' });
    const keyless = { ...again, idempotencyKey: null };
    await expectRefusal(t.database, () => pay(t, keyless), { code: 'ALREADY_PAID', field: 'period' });
  },
);

test('the months before and after are no part of November', async () => {
  const employeeId = await insertEmployee(t.database);
  await paid(t, salary(employeeId));
  await paid(t, { ...salary(employeeId), period: { start: '2026-10-01', end: '2026-10-31' } });
  await paid(t, { ...salary(employeeId), period: { start: '2026-12-01', end: '2026-12-31' } });
  expect(await countPayments(t, employeeId)).toBe(3);
});

test('a bonus, an expense and a correction for the same days are paid all the same, twice too', async () => {
  const employeeId = await insertEmployee(t.database);
  await paid(t, salary(employeeId));
  for (const kind of ['BONUS', 'EXPENSE', 'CORRECTION', 'BONUS']) {
    await paid(t, { ...bonus(employeeId), kind, period: november });
  }
  await expectRefusal(t.database, () => pay(t, salary(employeeId)), {
    code: 'ALREADY_PAID',
    field: 'period',
  });
});

test("another employee's salary for the same days is no matter", async () => {
  await paid(t, salary(await insertEmployee(t.database)));
  await paid(t, salary(await insertEmployee(t.database)));
});

test('a voided salary counts no more: its days can be paid again, once', async () => {
  const employeeId = await insertEmployee(t.database);
  const { id } = await paid(t, salary(employeeId));
  await voidByHand(t, id);
  await paid(t, { ...salary(employeeId), replaces: id });
  await expectRefusal(t.database, () => pay(t, salary(employeeId)), {
    code: 'ALREADY_PAID',
    field: 'period',
  });
});

test('of 20 parallel salaries with overlapping periods one is paid, and 19 are ALREADY_PAID', async () => {
  const employeeId = await insertEmployee(t.database);
  const days = (n: number) => String(n + 1).padStart(2, '0');
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      pay(t, {
        ...salary(employeeId),
        idempotencyKey: n % 4 === 0 ? null : randomUUID(),
        period: { start: `2026-10-${days(n)}`, end: `2026-11-${days(n)}` },
      }),
    ),
  );
  const codes = answers.flatMap((answer) => answer.errors?.map((error) => error.extensions.code) ?? []);
  expect(codes).toEqual(Array(19).fill('ALREADY_PAID'));
  expect(await countPayments(t, employeeId)).toBe(1);
});

test('20 parallel salaries of 20 months are all paid', async () => {
  const employeeId = await insertEmployee(t.database);
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) => {
      const month = `${2025 + Math.floor(n / 12)}-${String((n % 12) + 1).padStart(2, '0')}`;
      return pay(t, { ...salary(employeeId), period: { start: `${month}-01`, end: `${month}-28` } });
    }),
  );
  expect(answers.flatMap((answer) => answer.errors ?? [])).toEqual([]);
  expect(await countPayments(t, employeeId)).toBe(20);
});

test('the database itself refuses a second salary for a day, whoever writes it', async () => {
  const employeeId = await insertEmployee(t.database);
  const { id } = await paid(t, salary(employeeId));
  const copy = t.database.sql(
    `INSERT INTO payments (id, employee_id, amount_minor, currency, kind, period_start, period_end, issued_at, issued_by)
     SELECT gen_random_uuid(), employee_id, 1, currency, kind, period_end, period_end + 10, now(), issued_by
     FROM payments WHERE id = $1`,
    [id],
  );
  await expect(copy).rejects.toMatchObject({ constraint: 'payments_salary_period_excl' });
});

test('all of it leaves the database sound', async () => {
  await expectInvariants(t.database);
  expect(faultsIn(t.logLines)).toEqual([]);
});
