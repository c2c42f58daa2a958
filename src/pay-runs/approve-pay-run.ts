import type { SignedIn } from '../accounts/viewer.js';
import { type AuditChange, recordAuditWithin } from '../audit/audit.js';
import { rowsWithin, type Transaction } from '../database/database.js';
import { sql } from '../database/sql.js';
import { AppError } from '../values/app-error.js';
import { parseId } from '../values/ids.js';
import { exceeded, type PaymentLimits } from '../values/money.js';
import type { PayRunDeps } from './draft-pay-run.js';
import { type LockedPayRun, lockPayRun, requireStatus, requireVersion } from './lock-pay-run.js';

export interface ApprovePayRunDeps extends PayRunDeps {
  paymentLimits: PaymentLimits;
}

/**
 * Approves exactly what the caller has seen: the version and the content hash.
 *
 * @throws AppError NOT_FOUND when there is no such run
 * @throws AppError CONFLICT on a stale version or hash, on a run that is no draft, that has blockers, that has no items, that
 *   pays somebody more than one payment may be, or somebody whose account was removed since
 * @throws AppError FORBIDDEN to whoever drafted or edited the run, unless the company has switched that off
 */
export async function approvePayRun(
  { clock, database, paymentLimits }: ApprovePayRunDeps,
  viewer: SignedIn,
  input: { id: string; version: number; contentHash: string },
): Promise<{ id: string }> {
  const id = parseId(input.id, 'id');
  const now = clock.now();
  await database.longTransaction(async (tx) => {
    const run = await lockPayRun(tx, id);
    requireVersion(run, input.version);
    requireStatus(run, ['DRAFT']);
    requireHash(run, input.contentHash);
    await requireApprovable(tx, id);
    await requireAccounts(tx, id);
    await requireWithinLimits(tx, id, paymentLimits);
    const secondAdmin = await requireSecondAdmin(tx, run, viewer);
    await rowsWithin(
      tx,
      sql`
      UPDATE pay_runs SET status = 'APPROVED', version = version + 1, approved_by = ${viewer.userId}::uuid,
        approved_at = ${now.toISOString()}::timestamptz
      WHERE id = ${id}::uuid`,
    );
    const { userId: actorId, ip } = viewer;
    const changes = [{ field: 'contentHash', before: null, after: run.contentHash }, ...secondAdmin];
    await recordAuditWithin(tx, { at: now, action: 'pay_run.approved', actorId, subject: id, changes, ip });
  });
  return { id };
}

function requireHash({ contentHash }: LockedPayRun, seen: string): void {
  if (contentHash === seen) return;
  throw new AppError('CONFLICT', 'The pay run is not what was seen. Read it again.', {
    field: 'contentHash',
  });
}

async function requireApprovable(tx: Transaction, id: string): Promise<void> {
  const [found] = await rowsWithin<{ items: number; blockers: number }>(
    tx,
    sql`
    SELECT (SELECT count(*)::int FROM pay_run_items WHERE pay_run_id = ${id}::uuid) AS items,
      (SELECT count(*)::int FROM pay_run_notices WHERE pay_run_id = ${id}::uuid AND is_blocker) AS blockers`,
  );
  if (!found || found.items === 0)
    throw new AppError('CONFLICT', 'The pay run pays nobody.', { field: 'id' });
  if (found.blockers === 0) return;
  const what = found.blockers === 1 ? 'a blocker' : `${found.blockers} blockers`;
  throw new AppError('CONFLICT', `The pay run has ${what}.`, { field: 'id' });
}

/** Who had one when the run was computed may have none by now. */
async function requireAccounts(tx: Transaction, id: string): Promise<void> {
  const [found] = await rowsWithin<{ name: string }>(
    tx,
    sql`
    SELECT e.name FROM pay_run_items i JOIN employees e ON e.id = i.employee_id
    WHERE i.pay_run_id = ${id}::uuid AND e.bank_account_sealed IS NULL ORDER BY i.employee_id LIMIT 1`,
  );
  if (!found) return;
  throw new AppError('CONFLICT', `${found.name} has no bank account any more. Recompute the pay run.`, {
    field: 'id',
  });
}

async function requireWithinLimits(tx: Transaction, id: string, limits: PaymentLimits): Promise<void> {
  const highest = await rowsWithin<{ name: string; currency: string; netMinor: string }>(
    tx,
    sql`
    SELECT DISTINCT ON (i.currency) e.name, i.currency, i.net_minor::text AS "netMinor"
    FROM pay_run_items i JOIN employees e ON e.id = i.employee_id
    WHERE i.pay_run_id = ${id}::uuid ORDER BY i.currency, i.net_minor DESC, e.id`,
  );
  for (const { name, currency, netMinor } of highest) {
    const largest = exceeded({ amountMinor: BigInt(netMinor), currency }, limits);
    if (!largest) continue;
    throw new AppError('CONFLICT', `${name} would be paid more than one payment may be: ${largest}.`, {
      field: 'id',
    });
  }
}

/** @returns what the audit trail says where the company does without a second admin */
async function requireSecondAdmin(
  tx: Transaction,
  run: LockedPayRun,
  viewer: SignedIn,
): Promise<AuditChange[]> {
  const [company] = await rowsWithin<{ required: boolean }>(
    tx,
    sql`
    SELECT require_second_admin AS required FROM company`,
  );
  if (company?.required === false) return [{ field: 'requireSecondAdmin', before: null, after: 'false' }];
  if (run.draftedById !== viewer.userId && !run.editedBy.includes(viewer.userId)) return [];
  throw new AppError('FORBIDDEN', 'Another admin has to approve what you have drafted or edited.');
}
