import type { Database } from './database.js';
import { sql } from './sql.js';

// SQL, because every start reads some of these: Prisma's compiler of queries takes a fifth of a second to load.

/**
 * A value that all processes on one database have in common: the first to ask for it settles it.
 *
 * @param propose makes the value, should there be none yet
 */
export async function sharedValue(database: Database, name: string, propose: () => Buffer): Promise<Buffer> {
  const found = await findSharedValue(database, name);
  if (found) return found;
  await database.rows(sql`
    INSERT INTO shared_values (name, value) VALUES (${name}, ${propose()}) ON CONFLICT (name) DO NOTHING`);
  const settled = await findSharedValue(database, name);
  if (!settled) throw new Error('a shared value is gone');
  return settled;
}

/** @returns undefined where nobody has settled it */
export async function findSharedValue(database: Database, name: string): Promise<Buffer | undefined> {
  const [row] = await database.rows<{ value: Buffer }>(
    sql`SELECT value FROM shared_values WHERE name = ${name}`,
  );
  return row?.value;
}
