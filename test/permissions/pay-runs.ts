import { newId } from '../../src/values/ids.js';
import type { Harness } from '../harness.js';
import { payee } from '../pay-runs/support.js';

/** @returns the component's id */
export async function insertPayComponent(t: Harness, code: string): Promise<string> {
  const id = newId(new Date());
  await t.database.sql(
    `INSERT INTO pay_components (id, code, name, kind, prorated, ledger_account) VALUES ($1, $2, $2, 'EARNING', false, '4100')`,
    [id, code],
  );
  return id;
}

/** A pay run of the admin's with one item. An issued one has everything that a pay run can have. @returns its id */
export async function insertPayRun(t: Harness, status: 'DRAFT' | 'APPROVED' | 'ISSUED'): Promise<string> {
  const id = newId(new Date());
  await t.database.sql(
    `INSERT INTO pay_runs (id, kind, reason, period_start, period_end, pay_date, status, content_hash, everybody, drafted_by,
       approved_by, approved_at, issued_by, issued_at)
     VALUES ($1, 'OFF_CYCLE', 'A reason', '2026-10-01', '2026-10-31', '2026-10-31', $3::pay_run_status, 'a hash', false, $2,
       CASE WHEN $3 <> 'DRAFT' THEN $2::uuid END, CASE WHEN $3 <> 'DRAFT' THEN now() END,
       CASE WHEN $3 = 'ISSUED' THEN $2::uuid END, CASE WHEN $3 = 'ISSUED' THEN now() END)`,
    [id, t.admin.id, status],
  );
  if (status !== 'ISSUED') await insertItem(t, id, await payee(t), null);
  return id;
}

/** An item with a line and a notice of each kind. */
export async function insertItem(
  t: Harness,
  runId: string,
  employeeId: string,
  paymentId: string | null,
): Promise<void> {
  // A run that is approved or issued takes no items any more.
  await setTriggers(t, 'DISABLE');
  await insertFrozenItem(t, runId, employeeId, paymentId);
  await setTriggers(t, 'ENABLE');
}

async function setTriggers(t: Harness, state: 'DISABLE' | 'ENABLE'): Promise<void> {
  for (const table of ['pay_run_items', 'pay_lines', 'pay_run_notices']) {
    await t.database.sql(`ALTER TABLE ${table} ${state} TRIGGER USER`);
  }
}

async function insertFrozenItem(
  t: Harness,
  runId: string,
  employeeId: string,
  paymentId: string | null,
): Promise<void> {
  const id = paymentId ?? newId(new Date());
  await t.database.sql(
    `INSERT INTO pay_run_items (id, pay_run_id, employee_id, currency, gross_minor, reimbursements_minor, deductions_minor,
       contributions_minor, net_minor, missing_minor, employer_cost_minor, payment_kind, hash, payment_id)
     VALUES ($1, $2, $3, 'EUR', 10000, 0, 0, 0, 10000, 0, 10000, 'BONUS', 'hash', $4)`,
    [id, runId, employeeId, paymentId],
  );
  await t.database.sql(
    `INSERT INTO pay_lines (id, item_id, position, code, name, kind, amount_minor, currency, carried_minor, source, period_start,
       period_end, units, rate_minor, note)
     VALUES ($1, $2, 0, 'SALARY', 'Salary', 'EARNING', 10000, 'EUR', 0, 'ENTERED', '2026-10-01', '2026-10-31', 10, 1000, 'A note')`,
    [newId(new Date()), id],
  );
  if (paymentId === null) return;
  for (const [code, isBlocker] of [
    ['NO_UNITS', true],
    ['FIRST_PAY', false],
  ]) {
    await t.database.sql(
      `INSERT INTO pay_run_notices (id, pay_run_id, item_id, employee_id, code, is_blocker, message)
       VALUES ($1, $2, $3, $4, $5::pay_run_notice_code, $6, 'A message')`,
      [newId(new Date()), runId, id, employeeId, code, isBlocker],
    );
  }
}

/** A component of an employee for each way in which an amount comes about. @returns the id of the last one */
export async function insertEmployeeComponents(
  t: Harness,
  employeeId: string,
  codes: string[],
): Promise<string> {
  const ways = [
    [10_000, null, null],
    [null, 10, null],
    [null, null, 1_000],
  ];
  let id = '';
  for (const [index, [amount, percent, rate]] of ways.entries()) {
    id = newId(new Date());
    const componentId = await insertPayComponent(t, codes[index] ?? '');
    await t.database.sql(
      `INSERT INTO employee_components (id, employee_id, component_id, effective_from, effective_to, currency, amount_minor,
         percent, percent_of, rate_minor, cap_minor, cap_per, priority)
       VALUES ($1, $2, $3, '2026-01-01', '2030-12-31', 'EUR', $4, $5, ARRAY[$3]::uuid[], $6, 5000, 'YEAR', 1)`,
      [id, employeeId, componentId, amount, percent, rate],
    );
  }
  return id;
}
