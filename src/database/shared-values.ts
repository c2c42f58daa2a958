import type { Database } from './database.js';
import { sql } from './sql.js';

// SQL, because every start reads some of these, and Prisma's query compiler takes a fifth of a second to load.

/**
 * Reads a value that all processes on one database share. The first process to need it stores it.
 *
 * @param propose makes the value if there is none
 */
export async function sharedValue(database: Database, name: string, propose: () => Buffer): Promise<Buffer> {
  const found = await findSharedValue(database, name);
  if (found) return found;
  await database.rows(sql`
    INSERT INTO shared_values (name, value) VALUES (${name}, ${propose()}) ON CONFLICT (name) DO NOTHING`);
  const stored = await findSharedValue(database, name);
  if (!stored) throw new Error('a shared value is missing');
  return stored;
}

/** @returns undefined when there is none */
export async function findSharedValue(database: Database, name: string): Promise<Buffer | undefined> {
  const [row] = await database.rows<{ value: Buffer }>(
    sql`SELECT value FROM shared_values WHERE name = ${name}`,
  );
  return row?.value;
}
