import type { SignedIn } from '../accounts/viewer.js';
import { type AuditChange, recordAuditWithin } from '../audit/audit.js';
import { rowsWithin, type Transaction } from '../database/database.js';
import { sql } from '../database/sql.js';
import type { EditPayRunInput } from '../generated/schema-types.js';
import { decimalText } from '../values/decimal.js';
import { describeMoney } from '../values/money.js';
import { computeMembers, computeRun } from './compute-run.js';
import type { PayRunDeps } from './draft-pay-run.js';
import { removeLines, setEntries } from './entries.js';
import { lockPayRun, requireStatus, requireVersion } from './lock-pay-run.js';
import { addMembers, removeMembers } from './members.js';
import { type EnteredLine, type PayRunEdit, parsePayRunEdit } from './parse-pay-run-edit.js';
import { takeApprovalBack } from './reopen-pay-run.js';

/**
 * Changes a draft, or an approved run, which is a draft again then. Items that the change touches are recomputed.
 *
 * @throws AppError BAD_USER_INPUT on a day, line or id that can't be; on a code that can't be used; on a line of an employee
 *   who is not in the run
 * @throws AppError NOT_FOUND when there is no such run, employee or line
 * @throws AppError CONFLICT on a stale version, and on a run that is issued or cancelled
 */
export async function editPayRun(
  { clock, database }: PayRunDeps,
  viewer: SignedIn,
  input: EditPayRunInput,
): Promise<{ id: string }> {
  const edit = parsePayRunEdit(input);
  const now = clock.now();
  await database.longTransaction(async (tx) => {
    const run = await lockPayRun(tx, edit.id);
    requireVersion(run, edit.version);
    requireStatus(run, ['DRAFT', 'APPROVED']);
    await takeApprovalBack(tx, edit.id);
    await noteEditor(tx, edit.id, viewer);
    const touched = await change(tx, edit, now);
    if (edit.payDate === null) await computeMembers(tx, run, touched, now);
    else await computeRun(tx, { ...run, payDate: edit.payDate }, now);
    const { userId: actorId, ip } = viewer;
    const changes = auditChanges(edit, run.payDate);
    await recordAuditWithin(tx, {
      at: now,
      action: 'pay_run.edited',
      actorId,
      subject: edit.id,
      changes,
      ip,
    });
  });
  return { id: edit.id };
}

/** Whoever edits a run does not approve it. */
export async function noteEditor(tx: Transaction, id: string, viewer: SignedIn): Promise<void> {
  await rowsWithin(
    tx,
    sql`
    UPDATE pay_runs SET edited_by = edited_by || ${viewer.userId}::uuid
    WHERE id = ${id}::uuid AND NOT ${viewer.userId}::uuid = ANY(edited_by)`,
  );
}

/** @returns whose items have to be recomputed */
async function change(tx: Transaction, edit: PayRunEdit, now: Date): Promise<string[]> {
  const { id, payDate, addEmployees, removeEmployees, setLines } = edit;
  if (payDate !== null) {
    await rowsWithin(tx, sql`UPDATE pay_runs SET pay_date = ${payDate}::date WHERE id = ${id}::uuid`);
  }
  if (addEmployees.length > 0) await addMembers(tx, id, addEmployees, 'addEmployees');
  const ofRemoved = await removeLines(tx, id, edit.removeLines, now);
  if (removeEmployees.length > 0) await removeMembers(tx, id, removeEmployees, 'removeEmployees');
  await setEntries(tx, id, setLines, { source: 'ENTERED', now });
  return [...addEmployees, ...removeEmployees, ...ofRemoved, ...setLines.map(({ employeeId }) => employeeId)];
}

function auditChanges(edit: PayRunEdit, payDate: string): AuditChange[] {
  const counts = [
    ['addEmployees', edit.addEmployees],
    ['removeEmployees', edit.removeEmployees],
    ['removeLines', edit.removeLines],
  ] as const;
  return [
    ...(edit.payDate === null ? [] : [{ field: 'payDate', before: payDate, after: edit.payDate }]),
    ...counts
      .filter(([, ids]) => ids.length > 0)
      .map(([field, ids]) => ({ field, before: null, after: ids.join(', ') })),
    ...edit.setLines.map((line) => ({ field: 'setLines', before: null, after: describeLine(line) })),
  ];
}

function describeLine({ employeeId, code, amount, units }: EnteredLine): string {
  const what = amount ? describeMoney(amount) : `${decimalText(units ?? 0n)} units`;
  return `${employeeId} ${code} ${what}`;
}
