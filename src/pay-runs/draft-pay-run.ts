import type { SignedIn } from '../accounts/viewer.js';
import { recordAuditWithin } from '../audit/audit.js';
import { type Database, rowsWithin, type Transaction } from '../database/database.js';
import { sql } from '../database/sql.js';
import type { DraftPayRunInput, Proration } from '../generated/schema-types.js';
import { AppError } from '../values/app-error.js';
import type { Clock } from '../values/clock.js';
import { newId } from '../values/ids.js';
import { computeRun } from './compute-run.js';
import { addMembers } from './members.js';
import { type PayRunOrder, parseKey, parsePayRunOrder } from './parse-pay-run.js';

export interface PayRunDeps {
  clock: Clock;
  database: Database;
}

type Key = ReturnType<typeof parseKey>;

/**
 * Proposes an item for each employee, and stores them: nothing is paid. docs/pay-runs.md has the rules.
 *
 * @throws AppError BAD_USER_INPUT on a period, day, reason, key or id that can't be
 * @throws AppError NOT_FOUND when there is no such employee
 * @throws AppError IDEMPOTENCY_MISMATCH when the key was used with another input
 */
export async function draftPayRun(
  { clock, database }: PayRunDeps,
  viewer: SignedIn,
  input: DraftPayRunInput,
): Promise<{ id: string }> {
  const order = parsePayRunOrder(input);
  const key = parseKey(input, order);
  const now = clock.now();
  const id = newId(now);
  return await database.longTransaction(async (tx) => {
    const proration = await companyProration(tx);
    const drafted = await insertRun(tx, { id, order, key, viewer, proration, now });
    if (!drafted)
      return key ? findReplay(tx, viewer, key) : Promise.reject(new Error('a pay run was not inserted'));
    if (order.employeeIds) await addMembers(tx, id, order.employeeIds, 'employeeIds');
    await computeRun(tx, { id, ...order, proration }, now);
    const { userId: actorId, ip } = viewer;
    const changes = auditChanges(order);
    await recordAuditWithin(tx, { at: now, action: 'pay_run.drafted', actorId, subject: id, changes, ip });
    return { id };
  });
}

/** How the company divides a month's pay today. */
export async function companyProration(tx: Transaction): Promise<Proration> {
  const [company] = await rowsWithin<{ proration: Proration }>(
    tx,
    sql`
    SELECT proration::text AS proration FROM company`,
  );
  if (!company) throw new Error('the company is missing: a start writes it');
  return company.proration;
}

interface NewRun {
  id: string;
  order: PayRunOrder;
  key: Key;
  viewer: SignedIn;
  proration: Proration;
  now: Date;
}

/** @returns false when the key was used before */
async function insertRun(
  tx: Transaction,
  { id, order, key, viewer, proration, now }: NewRun,
): Promise<boolean> {
  const { kind, reason, period, payDate, employeeIds } = order;
  const inserted = await rowsWithin(
    tx,
    sql`
    INSERT INTO pay_runs (id, kind, reason, period_start, period_end, pay_date, status, proration, everybody, drafted_by,
      computed_at, idempotency_key, input_hash)
    VALUES (${id}::uuid, ${kind}::pay_run_kind, ${reason}::text, ${period.start}::date, ${period.end}::date,
      ${payDate}::date, 'DRAFT', ${proration}::proration, ${employeeIds === null}::boolean, ${viewer.userId}::uuid,
      ${now.toISOString()}::timestamptz, ${key?.key ?? null}::text,
      decode(${key?.inputHash.toString('hex') ?? null}::text, 'hex'))
    ON CONFLICT (drafted_by, idempotency_key) DO NOTHING RETURNING id::text`,
  );
  return inserted.length > 0;
}

async function findReplay(tx: Transaction, viewer: SignedIn, key: NonNullable<Key>): Promise<{ id: string }> {
  const run = await tx.payRun.findFirstOrThrow({
    where: { draftedById: viewer.userId, idempotencyKey: key.key },
    select: { id: true, inputHash: true },
  });
  if (run.inputHash && key.inputHash.equals(run.inputHash)) return { id: run.id };
  throw new AppError('IDEMPOTENCY_MISMATCH', 'The key was used with another input.', {
    field: 'idempotencyKey',
  });
}

function auditChanges({ kind, period, payDate, reason, employeeIds }: PayRunOrder) {
  const fields = [
    ['kind', kind],
    ['period', `${period.start} to ${period.end}`],
    ['payDate', payDate],
    ['reason', reason],
    ['employees', employeeIds === null ? 'everybody' : String(employeeIds.length)],
  ] as const;
  return fields
    .filter(([, after]) => after !== null)
    .map(([field, after]) => ({ field, before: null, after }));
}
