import type pg from 'pg';

/** As `pool.query` does it, but for the statement, which is made when there is a connection for it. */
export async function queryWhenConnected<Row extends object>(
  pool: pg.Pool,
  makeQuery: () => pg.QueryConfig,
): Promise<pg.QueryResult<Row>> {
  return withClient(pool, () => {
    const query = makeQuery();
    return (client) => client.query<Row>(query);
  });
}

/**
 * For statements whose best plan depends on their values: which index finds the fewest rows. They have a transaction of their
 * own, for whose length the settings of the connection, which are for statements that have one plan, are put aside. What is
 * slow has one process of PostgreSQL's.
 */
export const plannedSettings = [
  'plan_cache_mode = force_custom_plan',
  'enable_bitmapscan = on',
  'max_parallel_workers_per_gather = 0',
];
const setPlanned = plannedSettings.map((setting) => `SET LOCAL ${setting}`).join('; ');

export function queryPlanned<Row extends object>(
  pool: pg.Pool,
  query: pg.QueryConfig,
): Promise<pg.QueryResult<Row>> {
  return withClient(pool, () => async (client) => {
    // By itself: where a pooler is between, the connection recognizes it.
    await client.query('BEGIN');
    await client.query(setPlanned);
    const result = await client.query<Row>(query);
    await client.query('COMMIT');
    return result;
  });
}

/** @param prepare called when there is a connection, which is as good as before when that throws */
async function withClient<Result>(
  pool: pg.Pool,
  prepare: () => (client: pg.PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  let failure: Error | undefined;
  const onFailure = (error: unknown) => {
    failure = error instanceof Error ? error : new Error('a statement failed');
  };
  client.on('error', onFailure);
  try {
    const run = prepare();
    try {
      return await run(client);
    } catch (error) {
      onFailure(error);
      throw error;
    }
  } finally {
    client.off('error', onFailure);
    // A connection on which something failed is closed: nobody knows what state it is in.
    client.release(failure);
  }
}
