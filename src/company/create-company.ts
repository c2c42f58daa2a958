import type { Database } from '../database/database.js';
import { sql } from '../database/sql.js';
import { findTimeZone } from './time-zones.js';

/**
 * Writes the company of a database that has none. Of several first starts at once, one does.
 *
 * @param machineTimeZone the company's, where it is one that both this server and PostgreSQL know
 */
export async function createCompany(database: Database, machineTimeZone: string): Promise<void> {
  const [found] = await database.rows(sql`SELECT 1 FROM company`);
  if (found) return;
  const timeZone = (await findTimeZone(database, machineTimeZone)) ?? 'UTC';
  await database.rows(sql`
    INSERT INTO company (name, country, time_zone) VALUES ('My company', 'ZZ', ${timeZone}) ON CONFLICT DO NOTHING`);
}
