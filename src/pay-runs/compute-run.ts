import { endOfTurn } from '../concurrency/end-of-turn.js';
import { rowsWithin, type Transaction } from '../database/database.js';
import { sql } from '../database/sql.js';
import { computeItem } from './compute-item.js';
import type { StoredRun } from './item-input.js';
import { inRanges } from './item-ranges.js';
import { readItemInputs } from './read-item-inputs.js';
import { deleteItems, type ItemRows, rowsOf, storeItems } from './store-items.js';

/** How many employees' records are in memory at once. */
const batchLength = 200;
/** How many are computed before other requests have their turn: these take a millisecond or two. */
const itemsPerTurn = 10;

/** Recomputes all items of a run, and its hash. It does not know of what is changed from now on. */
export async function computeRun(tx: Transaction, run: StoredRun, now: Date): Promise<void> {
  await inRanges(tx, run.id, async (isIn) => {
    await rowsWithin(
      tx,
      sql`
      DELETE FROM pay_run_items WHERE pay_run_id = ${run.id}::uuid AND ${isIn(sql`employee_id`)}`,
    );
  });
  await rowsWithin(
    tx,
    sql`
    UPDATE pay_runs SET computed_at = ${now.toISOString()}::timestamptz WHERE id = ${run.id}::uuid`,
  );
  for (let after: string | undefined; ; ) {
    const batch = await nextMembers(tx, run, after);
    await computeBatch(tx, run, batch, now);
    if (batch.length < batchLength) break;
    after = batch.at(-1);
  }
  await hashRun(tx, run.id);
}

/** Recomputes the items of some employees, and the run's hash. Whoever is no longer a member has no item then. */
export async function computeMembers(
  tx: Transaction,
  run: StoredRun,
  employeeIds: readonly string[],
  now: Date,
): Promise<void> {
  const sorted = [...new Set(employeeIds)].sort();
  for (let start = 0; start < sorted.length; start += batchLength) {
    const batch = sorted.slice(start, start + batchLength);
    await deleteItems(tx, run.id, batch);
    const members = await rowsWithin<{ id: string }>(
      tx,
      sql`
      SELECT e.id::text AS id FROM employees e
      WHERE e.id IN (SELECT unnest(${batch}::uuid[])) AND ${isMember(run)} ORDER BY e.id`,
    );
    await computeBatch(
      tx,
      run,
      members.map(({ id }) => id),
      now,
    );
  }
  await hashRun(tx, run.id);
}

async function computeBatch(
  tx: Transaction,
  run: StoredRun,
  ids: readonly string[],
  now: Date,
): Promise<void> {
  if (ids.length === 0) return;
  const rows: ItemRows[] = [];
  for (const input of await readItemInputs(tx, run, ids)) {
    rows.push(rowsOf(run.id, computeItem(run, input), now));
    if (rows.length % itemsPerTurn === 0) await endOfTurn();
  }
  await storeItems(tx, rows);
}

async function nextMembers(tx: Transaction, run: StoredRun, after: string | undefined): Promise<string[]> {
  const members = await rowsWithin<{ id: string }>(
    tx,
    sql`
    SELECT e.id::text AS id FROM employees e
    WHERE (${after ?? null}::uuid IS NULL OR e.id > ${after ?? null}::uuid) AND ${isMember(run)}
    ORDER BY e.id LIMIT ${batchLength}::bigint`,
  );
  return members.map(({ id }) => id);
}

/**
 * Who was added; or, in a run for everybody, who is employed in it, is paid by year or month on some of its days, and was not
 * removed. Days before the first salary are paid with it.
 */
function isMember({ id, period }: StoredRun) {
  const ofEmployee = sql`FROM salary_changes c WHERE c.employee_id = e.id`;
  return sql`coalesce(
      (SELECT m.included FROM pay_run_members m WHERE m.pay_run_id = ${id}::uuid AND m.employee_id = e.id),
      (SELECT r.everybody FROM pay_runs r WHERE r.id = ${id}::uuid)
        AND EXISTS (SELECT FROM employments m WHERE m.employee_id = e.id
          AND daterange(m.started_on, m.ended_on, '[]') && daterange(${period.start}::date, ${period.end}::date, '[]'))
        AND EXISTS (
          SELECT FROM (SELECT DISTINCT ON (c.effective_from) c.effective_from, c.unit ${ofEmployee}
            ORDER BY c.effective_from, c.id DESC) s
          WHERE s.unit <> 'HOUR' AND s.effective_from <= greatest(${period.end}::date, (SELECT min(c.effective_from) ${ofEmployee}))
            AND s.effective_from >= coalesce(
              (SELECT max(c.effective_from) ${ofEmployee} AND c.effective_from <= ${period.start}::date),
              (SELECT min(c.effective_from) ${ofEmployee}))))`;
}

/** Over the hashes of the items, in the order of the employees' ids. */
async function hashRun(tx: Transaction, runId: string): Promise<void> {
  await rowsWithin(
    tx,
    sql`
    UPDATE pay_runs
    SET content_hash = (SELECT encode(sha256(coalesce(string_agg(i.hash, ''::bytea ORDER BY i.employee_id), ''::bytea)), 'hex')
        FROM pay_run_items i WHERE i.pay_run_id = ${runId}::uuid)
    WHERE id = ${runId}::uuid`,
  );
}
