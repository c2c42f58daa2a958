import type { Connection } from './connection.js';
import { withSettings } from './connection.js';
import { openClient } from './session.js';

/** The database can't be used as it is. The message says in one line why, and what to do. */
export class UnsuitableDatabase extends Error {}

interface Facts {
  schema: string | null;
  exists: boolean;
  readOnly: boolean;
  replica: boolean;
  extensions: string | null;
}

/**
 * Looks at a database before anything is written to it, and settles on the schema: the one that has Stipend's tables, or
 * else the first one of the search path.
 *
 * @returns the connection, with that schema in its search path, and the schemas of the extensions, whose operators are used
 * @throws UnsuitableDatabase when Stipend cannot work in it
 */
export async function inspectDatabase(connection: Connection): Promise<Connection> {
  const client = await openClient(connection);
  try {
    const { rows } = await client.query<Facts>(
      `SELECT here.schema, n.oid IS NOT NULL AS exists, current_setting('transaction_read_only') = 'on' AS "readOnly",
         pg_is_in_recovery() AS replica,
         (SELECT string_agg(DISTINCT quote_ident(nspname), ', ') FROM pg_extension e JOIN pg_namespace x ON x.oid = extnamespace
          WHERE nspname <> 'pg_catalog' AND nspname <> here.schema) AS extensions
       FROM (SELECT coalesce($1, (SELECT nspname FROM pg_class c JOIN pg_namespace o ON o.oid = relnamespace
           WHERE c.oid = to_regclass('idempotency_records')), current_schema()) AS schema) here
         LEFT JOIN pg_namespace n ON nspname = here.schema`,
      [connection.schema],
    );
    const [facts] = rows;
    if (facts?.replica) {
      throw new UnsuitableDatabase(
        'The database of DATABASE_URL is a replica, which takes no writes. Name the primary in DATABASE_URL.',
      );
    }
    if (!facts || facts.readOnly) {
      throw new UnsuitableDatabase(
        'The database of DATABASE_URL takes no writes: default_transaction_read_only is on. Turn it off.',
      );
    }
    if (facts.schema === null) {
      throw new UnsuitableDatabase(
        'No schema of the search path exists in the database of DATABASE_URL. Create one, or name one with ?schema=.',
      );
    }
    const path = [
      client.escapeIdentifier(facts.schema),
      ...(facts.extensions === null ? [] : [facts.extensions]),
    ];
    if (!facts.exists) await client.query(`CREATE SCHEMA IF NOT EXISTS ${path[0]}`);
    return { ...withSettings(connection, { search_path: path.join(', ') }), schema: facts.schema };
  } finally {
    await client.end();
  }
}
