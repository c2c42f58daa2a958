import type { SignedIn } from '../accounts/viewer.js';
import { recordAuditWithin } from '../audit/audit.js';
import { rowsWithin } from '../database/database.js';
import { sql } from '../database/sql.js';
import { parseId } from '../values/ids.js';
import { computeRun } from './compute-run.js';
import { companyProration, type PayRunDeps } from './draft-pay-run.js';
import { lockPayRun, requireStatus, requireVersion } from './lock-pay-run.js';

/**
 * Recomputes a draft from the records as they are now. What was entered, added and excluded stays.
 *
 * @throws AppError NOT_FOUND when there is no such run
 * @throws AppError CONFLICT on a stale version, and on a run that is no draft
 */
export async function recomputePayRun(
  { clock, database }: PayRunDeps,
  viewer: SignedIn,
  input: { id: string; version: number },
): Promise<{ id: string }> {
  const id = parseId(input.id, 'id');
  const now = clock.now();
  await database.longTransaction(async (tx) => {
    const run = await lockPayRun(tx, id);
    requireVersion(run, input.version);
    requireStatus(run, ['DRAFT']);
    const proration = await companyProration(tx);
    await rowsWithin(
      tx,
      sql`
      UPDATE pay_runs SET proration = ${proration}::proration, version = version + 1 WHERE id = ${id}::uuid`,
    );
    await computeRun(tx, { ...run, proration }, now);
    const { userId: actorId, ip } = viewer;
    await recordAuditWithin(tx, { at: now, action: 'pay_run.recomputed', actorId, subject: id, ip });
  });
  return { id };
}
