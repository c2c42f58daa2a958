import type { SignedIn } from '../accounts/viewer.js';
import { recordAuditWithin } from '../audit/audit.js';
import { rowsWithin, type Transaction } from '../database/database.js';
import { databaseFault } from '../database/database-errors.js';
import { sql } from '../database/sql.js';
import { AppError } from '../values/app-error.js';
import { parseId } from '../values/ids.js';
import type { PayRunDeps } from './draft-pay-run.js';
import { type InRange, inRanges } from './item-ranges.js';
import { type LockedPayRun, lockPayRun, requireStatus, requireVersion } from './lock-pay-run.js';
import { requireStillDue } from './require-still-due.js';

export interface IssuePayRunDeps extends PayRunDeps {
  /** Aborted when nobody waits for the answer any more: the run is not begun then. */
  signal: AbortSignal;
}

/**
 * Pays all items of an approved run, or none, as they were approved: nothing is computed. The same call again, by the same
 * admin, gives the same run again. Each item's payment has the item's id.
 *
 * @throws AppError NOT_FOUND when there is no such run
 * @throws AppError CONFLICT on a stale version, and on a run that is not approved; with nothing paid, when a correction, what
 *   is carried forward, or what a cap allows was paid or withheld by another run in the meantime
 * @throws AppError ALREADY_PAID, with nothing paid, when somebody was paid for some of these days in the meantime
 * @throws AppError SERVICE_UNAVAILABLE, with nothing paid, when nobody waits for the answer any more
 */
export async function issuePayRun(
  { clock, database, signal }: IssuePayRunDeps,
  viewer: SignedIn,
  input: { id: string; version: number },
): Promise<{ id: string }> {
  const id = parseId(input.id, 'id');
  const now = clock.now();
  try {
    await database.longTransaction(async (tx) => {
      signal.throwIfAborted();
      const run = await lockPayRun(tx, id);
      if (isReplay(run, viewer, input.version)) return;
      if (run.status === 'ISSUED')
        throw new AppError('CONFLICT', 'The pay run is issued already.', { field: 'id' });
      requireVersion(run, input.version);
      requireStatus(run, ['APPROVED']);
      await inRanges(tx, id, async (isIn) => {
        await lockEmployees(tx, id, isIn);
        await requireStillDue(tx, id, isIn);
        await insertPayments(tx, id, { viewer, now, isIn });
      });
      await rowsWithin(
        tx,
        sql`
        UPDATE pay_runs SET status = 'ISSUED', version = version + 1, issued_by = ${viewer.userId}::uuid,
          issued_at = ${now.toISOString()}::timestamptz
        WHERE id = ${id}::uuid`,
      );
      const { userId: actorId, ip } = viewer;
      const changes = [{ field: 'contentHash', before: null, after: run.contentHash }];
      await recordAuditWithin(tx, { at: now, action: 'pay_run.issued', actorId, subject: id, changes, ip });
    });
  } catch (error) {
    if (databaseFault(error)?.constraint !== 'payments_salary_period_excl') throw error;
    const message =
      'An employee of the pay run has a salary payment for some of these days. Reopen it, and recompute it.';
    throw new AppError('ALREADY_PAID', message, { field: 'id', cause: error });
  }
  return { id };
}

/** Whether the answer to the same call was lost. */
function isReplay({ status, version, issuedById }: LockedPayRun, viewer: SignedIn, seen: number): boolean {
  return status === 'ISSUED' && issuedById === viewer.userId && version === seen + 1;
}

/** In one order, as every payment locks its employee: so payments of one employee wait for one another. */
async function lockEmployees(tx: Transaction, runId: string, isIn: InRange): Promise<void> {
  await rowsWithin(
    tx,
    sql`
    SELECT count(*) FROM (
      SELECT FROM employees e
      WHERE e.id IN (
        SELECT employee_id FROM pay_run_items WHERE pay_run_id = ${runId}::uuid AND ${isIn(sql`employee_id`)})
      ORDER BY e.id FOR NO KEY UPDATE
    ) locked`,
  );
}

interface Issuing {
  viewer: SignedIn;
  now: Date;
  isIn: InRange;
}

/** Of an item that pays nothing there is no payment. */
async function insertPayments(tx: Transaction, runId: string, { viewer, now, isIn }: Issuing): Promise<void> {
  const at = sql`${now.toISOString()}::timestamptz`;
  await rowsWithin(
    tx,
    sql`
    WITH paid AS (
      INSERT INTO payments (id, employee_id, amount_minor, currency, kind, period_start, period_end, issued_at, issued_by,
        pay_run_id)
      SELECT i.id, i.employee_id, i.net_minor, i.currency, i.payment_kind, i.pays_from, i.pays_to, ${at},
        ${viewer.userId}::uuid, i.pay_run_id
      FROM pay_run_items i
      WHERE i.pay_run_id = ${runId}::uuid AND i.net_minor > 0 AND ${isIn(sql`i.employee_id`)}
      ORDER BY i.employee_id
      RETURNING id, employee_id, amount_minor, currency, kind
    ),
    audited AS (
      INSERT INTO audit_entries (id, at, actor_id, action, subject, changes, ip)
      SELECT ${auditId(now)}, ${at}, ${viewer.userId}::uuid, 'payment.issued', p.id,
        jsonb_build_array(
          jsonb_build_object('field', 'employeeId', 'before', NULL, 'after', p.employee_id),
          jsonb_build_object('field', 'kind', 'before', NULL, 'after', p.kind),
          jsonb_build_object('field', 'payRun', 'before', NULL, 'after', ${runId}::text)),
        ${viewer.ip}::text
      FROM paid p
    )
    SELECT count(*) FROM paid`,
  );
  await rowsWithin(
    tx,
    sql`
    UPDATE pay_run_items SET payment_id = id
    WHERE pay_run_id = ${runId}::uuid AND net_minor > 0 AND ${isIn(sql`employee_id`)}`,
  );
}

/** A version 7 UUID (RFC 9562 section 5.7) for each row, as `newId` makes one. */
function auditId(now: Date) {
  const time = now.getTime().toString(16).padStart(12, '0');
  const prefix = `${time.slice(0, 8)}-${time.slice(8)}-7`;
  return sql`(${prefix}::text || substr(gen_random_uuid()::text, 16))::uuid`;
}
