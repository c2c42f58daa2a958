import pg from 'pg';
import { settings } from '../shared/settings.js';

// As the API shows it: a DATE is its text.
pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text);

export const pool = new pg.Pool({ connectionString: settings.databaseUrl });

/** Runs a statement that each connection prepares once. */
export async function query(name, text, values) {
  return (await pool.query({ name, text, values })).rows;
}
