import type { Database } from '../../database/database.js';
import { sql } from '../../database/sql.js';
import type { Logger } from '../../telemetry/log.js';
import type { Clock } from '../../values/clock.js';
import { secondsBefore } from './live-session.js';

/** So long a session can still be looked at in the database after its end. */
const keptSeconds = 30 * 24 * 60 * 60;
const everyMs = 60 * 60 * 1_000;
/** A statement removes no more, so that it is a short one. */
const mostAtOnce = 1_000;

interface PurgeDeps {
  database: Database;
  clock: Clock;
  log: Logger;
}

/**
 * Removes sessions that ended 30 days ago, with their refresh tokens, now and once an hour: nothing can come of them any
 * more, and each login and each refresh adds rows. Several processes share the work.
 *
 * @returns ends it, when what is being removed is
 */
export function purgeSessions(deps: PurgeDeps): () => Promise<void> {
  let closing = false;
  const purge = async () => {
    try {
      while (!closing && (await removeSome(deps)) === mostAtOnce);
    } catch (err) {
      deps.log.warn({ err }, 'sessions that ended long ago could not be removed');
    }
  };
  let purging = purge();
  const timer = setInterval(() => {
    purging = purging.then(purge);
  }, everyMs);
  timer.unref();
  return async () => {
    closing = true;
    clearInterval(timer);
    await purging;
  };
}

/** @returns how many */
async function removeSome({ database, clock }: PurgeDeps): Promise<number> {
  const removed = await database.rows(sql`
    DELETE FROM sessions WHERE id IN (
      SELECT id FROM sessions WHERE least(expires_at, revoked_at) < ${secondsBefore(clock.now(), keptSeconds)}
      LIMIT ${mostAtOnce} FOR UPDATE SKIP LOCKED)
    RETURNING id`);
  return removed.length;
}
