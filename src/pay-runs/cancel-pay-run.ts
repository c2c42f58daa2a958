import type { SignedIn } from '../accounts/viewer.js';
import { recordAuditWithin } from '../audit/audit.js';
import { rowsWithin } from '../database/database.js';
import { sql } from '../database/sql.js';
import { parseId } from '../values/ids.js';
import type { PayRunDeps } from './draft-pay-run.js';
import { lockPayRun, requireStatus, requireVersion } from './lock-pay-run.js';

/**
 * Ends a run that was not issued. It is kept, and never issued.
 *
 * @throws AppError NOT_FOUND when there is no such run
 * @throws AppError CONFLICT on a stale version, and on a run that is issued or cancelled
 */
export async function cancelPayRun(
  { clock, database }: PayRunDeps,
  viewer: SignedIn,
  input: { id: string; version: number },
): Promise<{ id: string }> {
  const id = parseId(input.id, 'id');
  await database.transaction(async (tx) => {
    const run = await lockPayRun(tx, id);
    requireVersion(run, input.version);
    requireStatus(run, ['DRAFT', 'APPROVED']);
    await rowsWithin(
      tx,
      sql`
      UPDATE pay_runs SET status = 'CANCELLED', version = version + 1, approved_by = NULL, approved_at = NULL
      WHERE id = ${id}::uuid`,
    );
    const { userId: actorId, ip } = viewer;
    await recordAuditWithin(tx, { at: clock.now(), action: 'pay_run.cancelled', actorId, subject: id, ip });
  });
  return { id };
}
