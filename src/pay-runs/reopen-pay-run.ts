import type { SignedIn } from '../accounts/viewer.js';
import { recordAuditWithin } from '../audit/audit.js';
import { rowsWithin, type Transaction } from '../database/database.js';
import { sql } from '../database/sql.js';
import { parseId } from '../values/ids.js';
import type { PayRunDeps } from './draft-pay-run.js';
import { lockPayRun, requireStatus, requireVersion } from './lock-pay-run.js';

/**
 * Takes an approval back: the run is a draft again.
 *
 * @throws AppError NOT_FOUND when there is no such run
 * @throws AppError CONFLICT on a stale version, and on a run that is not approved
 */
export async function reopenPayRun(
  { clock, database }: PayRunDeps,
  viewer: SignedIn,
  input: { id: string; version: number },
): Promise<{ id: string }> {
  const id = parseId(input.id, 'id');
  await database.transaction(async (tx) => {
    const run = await lockPayRun(tx, id);
    requireVersion(run, input.version);
    requireStatus(run, ['APPROVED']);
    await takeApprovalBack(tx, id);
    const { userId: actorId, ip } = viewer;
    await recordAuditWithin(tx, { at: clock.now(), action: 'pay_run.reopened', actorId, subject: id, ip });
  });
  return { id };
}

/** Makes a draft, at its next version, of a run that is a draft or approved. */
export async function takeApprovalBack(tx: Transaction, id: string): Promise<void> {
  await rowsWithin(
    tx,
    sql`
    UPDATE pay_runs SET status = 'DRAFT', version = version + 1, approved_by = NULL, approved_at = NULL
    WHERE id = ${id}::uuid`,
  );
}
