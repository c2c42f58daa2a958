import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import type { Database } from './database.js';

/** A load balancer asks again soon: an answer that comes late is none. */
const answersWithinMs = 1_000;

/**
 * Touches what operations need and reads nothing: a lock that would hold operations up holds this up, and no longer than
 * a moment, so that questions don't pile up on the server.
 */
const question = `SET LOCAL lock_timeout = 500;
  SELECT FROM users, sessions, employees, salary_changes, payments, idempotency_records, audit_entries LIMIT 0`;

/** @returns whether operations can be served: the database answers, and soon. Many that ask at once cost one question. */
export function createReadiness({ pool, lacksResources }: Database): () => Promise<boolean> {
  let asking: Promise<boolean> | undefined;
  return async () => {
    if (lacksResources()) return false;
    asking ??= ask(pool).finally(() => {
      asking = undefined;
    });
    return asking;
  };
}

async function ask(pool: pg.Pool): Promise<boolean> {
  // A connection that has gone silent is given up after that, rather than after a statement's time.
  const query = { text: question, query_timeout: answersWithinMs };
  const answer = pool.query(query).then(
    () => true,
    () => false,
  );
  return Promise.race([answer, delay(answersWithinMs, false, { ref: false })]);
}
