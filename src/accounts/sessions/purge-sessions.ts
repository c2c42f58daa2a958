import type { Database } from '../../database/database.js';
import { sql } from '../../database/sql.js';
import type { Logger } from '../../telemetry/log.js';
import type { Clock } from '../../values/clock.js';
import { secondsBefore } from './live-session.js';

/** How long an ended session stays in the database. */
const keptSeconds = 30 * 24 * 60 * 60;
const purgeEveryMs = 60 * 60 * 1_000;
/** Keeps each statement short. */
const maxBatchSize = 1_000;

interface PurgeDeps {
  database: Database;
  clock: Clock;
  log: Logger;
}

/**
 * Deletes sessions that ended 30 days ago, with their refresh tokens, now and once an hour. Several processes share the work.
 *
 * @returns stops the purge and waits for the running statement
 */
export function purgeSessions(deps: PurgeDeps): () => Promise<void> {
  let closing = false;
  const purge = async () => {
    try {
      while (!closing && (await deleteBatch(deps)) === maxBatchSize);
    } catch (err) {
      deps.log.warn({ err }, 'sessions that ended long ago could not be deleted');
    }
  };
  let purging = purge();
  const timer = setInterval(() => {
    purging = purging.then(purge);
  }, purgeEveryMs);
  timer.unref();
  return async () => {
    closing = true;
    clearInterval(timer);
    await purging;
  };
}

/** @returns the number of deleted sessions */
async function deleteBatch({ database, clock }: PurgeDeps): Promise<number> {
  const deleted = await database.rows(sql`
    DELETE FROM sessions WHERE id IN (
      SELECT id FROM sessions WHERE least(expires_at, revoked_at) < ${secondsBefore(clock.now(), keptSeconds)}
      LIMIT ${maxBatchSize} FOR UPDATE SKIP LOCKED)
    RETURNING id`);
  return deleted.length;
}
