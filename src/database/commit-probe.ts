import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import type { Connection } from './connection.js';
import { openClient } from './session.js';

/**
 * Whether commits get through where they wait for a replica: while that one is gone, each of them waits without end, and no
 * limit of a statement ends it.
 */
export interface CommitProbe {
  /** Begins to look, unless it is looking already. @returns for how long the commit that is looked at has been waiting */
  waitingMs(): number;
  /** The same when that commit has got through, or has waited for so long. */
  waitedMs(atMostMs: number): Promise<number>;
  close(): Promise<void>;
}

/** A commit that PostgreSQL has to write, and so to send to the replica; none where no replica is waited for. */
const commit = `SELECT CASE WHEN current_setting('synchronous_standby_names') <> ''
  THEN pg_logical_emit_message(true, 'stipend', '') END`;

/** After that a waiting commit is looked for in PostgreSQL: its connection may have died without a word. */
const looksForItAfterMs = 5_000;

interface Look {
  readonly startedAt: number;
  /** Of the process that commits. */
  pid?: number;
  lookedForAt?: number;
  readonly done: Promise<void>;
}

/**
 * Commits on a connection of its own: one that hangs there takes none of the pool. There is never more than one, however long
 * it takes, since PostgreSQL keeps what waits for a replica until that one is back, whoever has gone away.
 */
export function createCommitProbe(connection: Connection): CommitProbe {
  let client: pg.Client | undefined;
  let look: Look | undefined;
  let closed = false;
  const commitOnce = async () => {
    try {
      client ??= await openClient(connection, { application_name: 'stipend commit probe', keepAlive: true });
      if (closed) return;
      const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      if (look && rows[0]) look.pid = rows[0].pid;
      await client.query(commit);
    } catch {
      // Whether the database is away is for others to tell. The next look opens another connection.
      client?.end().catch(() => {});
      client = undefined;
    } finally {
      look = undefined;
    }
  };
  const begin = (): Look => {
    look ??= { startedAt: performance.now(), done: closed ? Promise.resolve() : commitOnce() };
    return look;
  };
  const lookForIt = async (waiting: Look) => {
    waiting.lookedForAt = performance.now();
    const another = await openClient(connection, { query_timeout: looksForItAfterMs });
    try {
      const { rowCount } = await another.query('SELECT FROM pg_stat_activity WHERE pid = $1', [waiting.pid]);
      if (rowCount === 0 && look === waiting) client?.connection.stream.destroy();
    } finally {
      another.end().catch(() => {});
    }
  };
  const since = ({ startedAt }: Look) => performance.now() - startedAt;
  return {
    waitingMs: () => since(begin()),
    waitedMs: async (atMostMs) => {
      const looked = begin();
      if (performance.now() - (looked.lookedForAt ?? looked.startedAt) > looksForItAfterMs) {
        await lookForIt(looked).catch(() => {
          // The database is away, which others tell.
        });
      }
      const left = atMostMs - since(looked);
      if (left > 0) await Promise.race([looked.done, delay(left, undefined, { ref: false })]);
      return look === looked ? since(looked) : 0;
    },
    close: async () => {
      closed = true;
      // What waits would not end.
      if (look) client?.connection.stream.destroy();
      await look?.done;
      await client?.end().catch(() => {});
    },
  };
}
