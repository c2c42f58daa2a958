import pg from 'pg';
import type { Harness } from '../harness.js';
import { until } from '../start/support.js';

/** Makes whatever reads payments wait. @returns what lets it go on */
export const lockPayments = (t: Harness) => hold(t, 'LOCK TABLE payments');

/** Takes a lock. @returns what gives it back */
export async function hold({ database }: Harness, statement: string): Promise<() => Promise<void>> {
  const client = new pg.Client(database.url);
  await client.connect();
  await client.query(`BEGIN; ${statement}`);
  return async () => {
    await client.query('COMMIT');
    await client.end();
  };
}

/** Waits until a statement waits for a lock. */
export async function untilLocked({ database }: Harness): Promise<void> {
  const waiting =
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
  await until(async () => (await database.sql(waiting)).length > 0, 5_000);
}
