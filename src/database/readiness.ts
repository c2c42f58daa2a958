import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import type { Database } from './database.js';

/** A later answer is useless to a load balancer, which asks again soon. */
const answersWithinMs = 1_000;

/**
 * Reads no rows from the tables that operations need: a lock that would block operations blocks this too, but only for a
 * moment, so that checks don't pile up on the server.
 */
const check = `SET LOCAL lock_timeout = 500;
  SELECT FROM users, sessions, employees, salary_changes, payments, idempotency_records, audit_entries LIMIT 0`;

/** @returns a check of whether the database answers, and soon. Concurrent calls share one query. */
export function createReadiness({ pool, lacksResources }: Database): () => Promise<boolean> {
  let running: Promise<boolean> | undefined;
  return async () => {
    if (lacksResources()) return false;
    running ??= answersSoon(pool).finally(() => {
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
