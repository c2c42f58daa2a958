import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import type { CommitProbe } from './commit-probe.js';
import type { Database } from './database.js';

/** A later answer is useless to a load balancer, which asks again soon. */
const answersWithinMs = 1_000;

/**
 * Whether a payment could be made. It takes the locks that a payment takes, on the tables that it reads and writes: what
 * would block a payment blocks this too, but only for a moment, so that checks don't pile up on the server. A replica, and a
 * database that is read-only, fail the division.
 */
const check = `SET LOCAL lock_timeout = 500;
  SELECT 1 / (CASE current_setting('transaction_read_only') WHEN 'off' THEN 1 ELSE 0 END);
  LOCK TABLE payments, idempotency_records, audit_entries IN ROW EXCLUSIVE MODE;
  SELECT FROM users, sessions, employees, salary_changes LIMIT 0`;

/** @returns a check of whether a payment could be made now. Concurrent calls share one query. */
export function createReadiness(
  { pool, lacksResources }: Database,
  commitProbe: CommitProbe,
): () => Promise<boolean> {
  let running: Promise<boolean> | undefined;
  const isReady = async () => {
    const [answers, waitedMs] = await Promise.all([answersSoon(pool), commitProbe.waitedMs(answersWithinMs)]);
    return answers && waitedMs === 0;
  };
  return async () => {
    if (lacksResources()) return false;
    running ??= isReady().finally(() => {
      running = undefined;
    });
    return running;
  };
}

async function answersSoon(pool: pg.Pool): Promise<boolean> {
  // A silent connection is given up after this time, not after a statement's.
  const query = { text: check, query_timeout: answersWithinMs };
  const answer = pool.query(query).then(
    () => true,
    () => false,
  );
  return Promise.race([answer, delay(answersWithinMs, false, { ref: false })]);
}
