import { rowsWithin, type Transaction } from '../database/database.js';
import { sql } from '../database/sql.js';
import type { PayLineSource } from '../generated/schema-types.js';
import { AppError, badInput } from '../values/app-error.js';
import { decimalText } from '../values/decimal.js';
import { newId } from '../values/ids.js';
import { builtInComponents } from './built-in-components.js';
import type { EnteredLine } from './parse-pay-run-edit.js';
import { salaryCode } from './salary-lines.js';

/**
 * Enters lines in place of entered ones of the same employee and code.
 *
 * @throws AppError BAD_USER_INPUT on a code that can't be used, on an employee who is not in the run, and on units of what the
 *   employee is not paid by units
 */
export async function setEntries(
  tx: Transaction,
  runId: string,
  lines: readonly EnteredLine[],
  { source, now }: { source: PayLineSource; now: Date },
): Promise<void> {
  if (lines.length === 0) return;
  await requireCodes(tx, lines);
  await requireMembers(tx, runId, lines);
  await requireRates(tx, runId, lines);
  const rows = lines.map(({ employeeId, code, amount, units, note }) => ({
    id: newId(now),
    pay_run_id: runId,
    employee_id: employeeId,
    code,
    excluded: false,
    currency: amount?.currency ?? null,
    amount_minor: amount?.amountMinor.toString() ?? null,
    units: units === null ? null : decimalText(units),
    note,
    source,
  }));
  await rowsWithin(
    tx,
    sql`
    INSERT INTO pay_run_entries
    SELECT * FROM json_populate_recordset(NULL::pay_run_entries, ${JSON.stringify(rows)}::json)
    ON CONFLICT (pay_run_id, employee_id, code, excluded) DO UPDATE SET currency = EXCLUDED.currency,
      amount_minor = EXCLUDED.amount_minor, units = EXCLUDED.units, note = EXCLUDED.note, source = EXCLUDED.source`,
  );
  // Units are for the computed line, which may have been left out.
  await rowsWithin(
    tx,
    sql`
    DELETE FROM pay_run_entries n
    USING json_populate_recordset(NULL::pay_run_entries, ${JSON.stringify(rows)}::json) s
    WHERE n.pay_run_id = ${runId}::uuid AND n.employee_id = s.employee_id AND n.code = s.code AND n.excluded
      AND s.units IS NOT NULL`,
  );
}

async function requireRates(tx: Transaction, runId: string, lines: readonly EnteredLine[]): Promise<void> {
  const [index] = await linesWithoutRate(tx, runId, lines);
  if (index === undefined) return;
  const message = `The employee has no rate of ${lines[index]?.code} in the period.`;
  throw badInput(`setLines.${index}.units`, message);
}

/** @returns the places of lines with units of what the employee is not paid by units */
export async function linesWithoutRate(
  tx: Transaction,
  runId: string,
  lines: ReadonlyArray<Pick<EnteredLine, 'employeeId' | 'code' | 'units'>>,
): Promise<number[]> {
  const wanted = lines.flatMap(({ employeeId, code, units }, place) =>
    units === null ? [] : [{ place, employee_id: employeeId, code }],
  );
  if (wanted.length === 0) return [];
  const found = await rowsWithin<{ place: number }>(
    tx,
    sql`
    SELECT w.place
    FROM json_to_recordset(${JSON.stringify(wanted)}::json) AS w (place int, employee_id uuid, code text)
      JOIN pay_runs r ON r.id = ${runId}::uuid
    WHERE NOT EXISTS (SELECT FROM employee_components a JOIN pay_components c ON c.id = a.component_id
        WHERE a.employee_id = w.employee_id AND c.code = w.code AND a.rate_minor IS NOT NULL
          AND daterange(a.effective_from, a.effective_to, '[]') && daterange(r.period_start, r.period_end, '[]'))
      AND NOT (w.code = ${salaryCode} AND EXISTS (SELECT FROM salary_changes s
        WHERE s.employee_id = w.employee_id AND s.unit = 'HOUR'
          AND (s.effective_from <= r.period_end OR NOT EXISTS (SELECT FROM salary_changes o
            WHERE o.employee_id = s.employee_id AND o.effective_from < s.effective_from))))
    ORDER BY w.place`,
  );
  return found.map(({ place }) => place);
}

async function requireCodes(tx: Transaction, lines: readonly EnteredLine[]): Promise<void> {
  const known = await usableCodes(tx, lines);
  const index = lines.findIndex(({ code }) => !known.has(code));
  if (index < 0) return;
  throw badInput(`setLines.${index}.code`, `There is no component "${lines[index]?.code}" that can be used.`);
}

/** @returns those of the lines' codes that a line can be entered for */
export async function usableCodes(
  tx: Transaction,
  lines: ReadonlyArray<{ code: string }>,
): Promise<ReadonlySet<string>> {
  const codes = [...new Set(lines.map(({ code }) => code))];
  const found = await rowsWithin<{ code: string }>(
    tx,
    sql`
    SELECT code FROM pay_components WHERE code IN (SELECT unnest(${codes}::text[])) AND archived_at IS NULL`,
  );
  return new Set([...builtInComponents.keys(), ...found.map(({ code }) => code)]);
}

async function requireMembers(tx: Transaction, runId: string, lines: readonly EnteredLine[]): Promise<void> {
  const members = await membersAmong(
    tx,
    runId,
    lines.map(({ employeeId }) => employeeId),
  );
  const index = lines.findIndex(({ employeeId }) => !members.has(employeeId));
  if (index < 0) return;
  throw badInput(
    `setLines.${index}.employeeId`,
    'The employee is not in the pay run. Add the employee first.',
  );
}

/** @returns those of the employees who are in the run */
export async function membersAmong(
  tx: Transaction,
  runId: string,
  employeeIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const ids = [...new Set(employeeIds)];
  const found = await rowsWithin<{ id: string }>(
    tx,
    sql`
    SELECT employee_id::text AS id FROM pay_run_items
    WHERE pay_run_id = ${runId}::uuid AND employee_id IN (SELECT unnest(${ids}::uuid[]))
    UNION SELECT employee_id::text FROM pay_run_members
    WHERE pay_run_id = ${runId}::uuid AND employee_id IN (SELECT unnest(${ids}::uuid[])) AND included`,
  );
  return new Set(found.map(({ id }) => id));
}

interface StoredLine {
  id: string;
  employeeId: string;
  code: string;
  entryId: string | null;
}

/**
 * Removes lines: an entered one is gone, a computed one is left out from now on, with all computed lines of its code. So is one that
 * was entered for a payment that was voided.
 *
 * @returns whose they were
 * @throws AppError NOT_FOUND when the run has no such line
 */
export async function removeLines(
  tx: Transaction,
  runId: string,
  lineIds: readonly string[],
  now: Date,
): Promise<string[]> {
  if (lineIds.length === 0) return [];
  const lines = await rowsWithin<StoredLine>(
    tx,
    sql`
    SELECT l.id::text AS id, i.employee_id::text AS "employeeId", l.code, n.id::text AS "entryId"
    FROM pay_lines l JOIN pay_run_items i ON i.id = l.item_id
      LEFT JOIN pay_run_entries n ON n.id = l.entry_id AND n.pay_run_id = i.pay_run_id
    WHERE i.pay_run_id = ${runId}::uuid AND l.id IN (SELECT unnest(${lineIds}::uuid[]))`,
  );
  const found = new Set(lines.map(({ id }) => id));
  const index = lineIds.findIndex((id) => !found.has(id));
  if (index >= 0) {
    throw new AppError('NOT_FOUND', 'The pay run has no such line.', { field: `removeLines.${index}` });
  }
  const entered = lines.flatMap(({ entryId }) => entryId ?? []);
  await rowsWithin(
    tx,
    sql`
    DELETE FROM pay_run_entries WHERE pay_run_id = ${runId}::uuid AND id IN (SELECT unnest(${entered}::uuid[]))`,
  );
  const computed = lines.filter(({ entryId }) => entryId === null);
  const rows = computed.map(({ employeeId, code }) => ({ id: newId(now), employee_id: employeeId, code }));
  await rowsWithin(
    tx,
    sql`
    INSERT INTO pay_run_entries (id, pay_run_id, employee_id, code, excluded, source)
    SELECT id, ${runId}::uuid, employee_id, code, true, 'ENTERED'
    FROM json_to_recordset(${JSON.stringify(rows)}::json) AS o (id uuid, employee_id uuid, code text)
    ON CONFLICT DO NOTHING`,
  );
  return lines.map(({ employeeId }) => employeeId);
}
