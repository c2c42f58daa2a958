/**
 * Runs a statement that is prepared once on each connection.
 *
 * @param {import('pg').Pool} pool
 * @param {string} name
 * @param {string} text
 * @param {unknown[]} values
 * @returns {Promise<Array<Array<string | null>>>} rows as lists of PostgreSQL's own text
 */
export async function rows(pool, name, text, values) {
  const result = await pool.query({ name, text, values, rowMode: 'array', types: asText });
  return result.rows;
}

const asText = { getTypeParser: () => (value) => value };
