import pg from 'pg';
import type { Harness } from '../harness.js';
import { until } from '../start/support.js';

/** Makes whatever reads payments wait. @returns what lets it go on */
export async function lockPayments({ database }: Harness): Promise<() => Promise<void>> {
  const client = new pg.Client(database.url);
  await client.connect();
  await client.query('BEGIN; LOCK TABLE payments');
  return async () => {
    await client.query('COMMIT');
    await client.end();
  };
}

/** Waits until so many statements wait for a lock. */
export async function untilLocked({ database }: Harness, count = 1): Promise<void> {
  const waiting =
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
  await until(async () => (await database.sql(waiting)).length >= count, 5_000);
}
