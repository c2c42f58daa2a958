import { rowsWithin, type Transaction } from '../database/database.js';
import { sql } from '../database/sql.js';
import type { PayRunStatus } from '../generated/schema-types.js';
import { AppError } from '../values/app-error.js';
import type { StoredRun } from './item-input.js';

/** A pay run's row, locked until the transaction ends: changes of one run wait for one another. */
export interface LockedPayRun extends StoredRun {
  version: number;
  status: PayRunStatus;
  contentHash: string;
  draftedById: string;
  editedBy: readonly string[];
  issuedById: string | null;
}

interface Row extends Omit<LockedPayRun, 'period'> {
  start: string;
  end: string;
}

/** @throws AppError NOT_FOUND when there is no such run */
export async function lockPayRun(tx: Transaction, id: string): Promise<LockedPayRun> {
  const [row] = await rowsWithin<Row>(
    tx,
    sql`
    SELECT id::text AS id, version, status::text AS status, kind::text AS kind, period_start::text AS "start",
      period_end::text AS "end", pay_date::text AS "payDate", proration::text AS proration, content_hash AS "contentHash",
      drafted_by::text AS "draftedById", edited_by::text[] AS "editedBy", issued_by::text AS "issuedById"
    FROM pay_runs WHERE id = ${id}::uuid FOR UPDATE`,
  );
  if (!row) throw new AppError('NOT_FOUND', 'There is no such pay run.', { field: 'id' });
  const { start, end, ...rest } = row;
  return { ...rest, period: { start, end } };
}

/** @throws AppError CONFLICT when the run is at another version by now */
export function requireVersion(run: LockedPayRun, version: number): void {
  if (run.version === version) return;
  throw new AppError('CONFLICT', `The pay run is at version ${run.version} by now. Read it again.`, {
    field: 'version',
  });
}

/** @throws AppError CONFLICT when the run is not so far, or farther */
export function requireStatus(run: LockedPayRun, allowed: readonly PayRunStatus[]): void {
  if (allowed.includes(run.status)) return;
  throw new AppError('CONFLICT', `The pay run is ${run.status}.`, { field: 'id' });
}
