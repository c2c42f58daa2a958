import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';

const lookEveryMs = 100;
const tellAfterMs = 2_000;

/** Another process had the lock for as long as was waited. */
export class LockNotFree extends Error {
  constructor(
    /** Names it by its process in PostgreSQL, which `pg_stat_activity` tells more about. */
    readonly holder: string,
  ) {
    super(`${holder} has the lock`);
  }
}

/**
 * Waits until nobody else has the lock of this name, and holds it until the open transaction ends. It ends with the
 * connection, too: a session's lock would stay with a pooler's connection.
 *
 * @param client has begun a transaction
 * @param onWait is called once with who has the lock, when that takes a while
 * @throws LockNotFree after `maxWaitMs`
 */
export async function takeExclusiveLock(
  client: pg.ClientBase,
  name: 'migrate' | 'import',
  { maxWaitMs, onWait }: { maxWaitMs: number; onWait: (holder: string) => void },
): Promise<void> {
  const started = performance.now();
  for (let told = false; ; await delay(lookEveryMs)) {
    const { rows } = await client.query<{ locked: boolean }>(
      `SELECT pg_try_advisory_xact_lock(hashtext('stipend:${name}')) AS locked`,
    );
    if (rows[0]?.locked) return;
    const waitedMs = performance.now() - started;
    if (waitedMs < Math.min(tellAfterMs, maxWaitMs)) continue;
    const holder = await holderOf(client, name);
    if (waitedMs > maxWaitMs) throw new LockNotFree(holder);
    if (!told) onWait(holder);
    told = true;
  }
}

async function holderOf(client: pg.ClientBase, name: string): Promise<string> {
  const { rows } = await client.query<{ pid: number }>(
    `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database
       WHERE datname = current_database()) AND objid::bigint = hashtext('stipend:${name}')::bigint & 4294967295`,
  );
  return `another process (PostgreSQL's process ${rows.map(({ pid }) => pid).join(', ') || 'is gone'})`;
}
