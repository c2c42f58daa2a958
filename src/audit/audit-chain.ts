import type { Database } from '../database/database.js';
import { sql } from '../database/sql.js';
import type { Logger } from '../telemetry/log.js';

/** Of one transaction, which others that want to chain wait for. */
const maxEntries = 2_000;
const everyMs = 300;

/** Chains the audit entries that were committed before: docs/decisions/audit-chain.md. */
export async function chainAuditEntries(database: Database): Promise<void> {
  while ((await chainSome(database)) === maxEntries);
}

/**
 * Chains audit entries as they come. Each process does, and whichever has the lock is the one that writes.
 *
 * @returns stops it and waits for the running statement
 */
export function keepChaining({ database, log }: { database: Database; log: Logger }): () => Promise<void> {
  let closing = false;
  let chaining = Promise.resolve();
  const chain = async () => {
    try {
      while (!closing && (await chainSome(database)) === maxEntries);
    } catch (err) {
      // The entries wait in the database; the next try takes them.
      log.debug({ err }, 'audit entries could not be chained');
    }
    timer = closing ? undefined : setTimeout(start, everyMs).unref();
  };
  const start = () => {
    chaining = chain();
  };
  let timer: NodeJS.Timeout | undefined = setTimeout(start, everyMs).unref();
  return async () => {
    closing = true;
    clearTimeout(timer);
    await chaining;
  };
}

async function chainSome(database: Database): Promise<number> {
  const [row] = await database.rows<{ chained: number }>(
    sql`SELECT chain_audit_entries(${maxEntries}::integer) AS chained`,
  );
  return row?.chained ?? 0;
}
