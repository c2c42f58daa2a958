import type { TestDatabase } from '../database.js';

/** A digest of every table there is, by name. */
export type Digest = Map<string, string>;

/** Reads every row of every table, whatever tables there are, but for those in which audit entries are chained afterwards. */
export async function digestTables(database: TestDatabase): Promise<Digest> {
  const tables = await database.sql<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
     WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND tablename NOT IN ('audit_chain', 'audit_unchained')
     ORDER BY 1`,
  );
  const digests = await database.sql<{ name: string; digest: string }>(
    tables
      .map(
        ({ name }) =>
          `SELECT '${name}' AS name, concat(count(*), ' ', sum(hashtextextended(t::text, 0))) AS digest FROM ${name} t`,
      )
      .join(' UNION ALL '),
  );
  return new Map(digests.map(({ name, digest }) => [name, digest]));
}

/** @returns the names of the tables that differ */
export function changedTables(before: Digest, after: Digest): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter(
    (name) => before.get(name) !== after.get(name),
  );
}
