import type { Database } from '../database/database.js';
import { sql } from '../database/sql.js';

/**
 * @returns the IANA name as PostgreSQL writes it, where this server and PostgreSQL both know it
 */
export async function findTimeZone(database: Database, name: string): Promise<string | undefined> {
  if (!isKnownHere(name)) return undefined;
  // Beside IANA's names, PostgreSQL has some of its own.
  const [found] = await database.rows<{ name: string }>(sql`
    SELECT name FROM pg_timezone_names
    WHERE lower(name) = lower(${name}) AND name !~ '^(posix|right)/' AND name !~ '^(posixrules|localtime|Factory)$'`);
  return found?.name;
}

function isKnownHere(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }) instanceof Intl.DateTimeFormat;
  } catch {
    return false;
  }
}
