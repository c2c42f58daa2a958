import type pg from 'pg';

/** What Stipend decides: pg would take the URL's word before what it is given beside it. */
const decidedHere = ['statement_timeout', 'idle_in_transaction_session_timeout', 'query_timeout'];

/**
 * A connection by its URL, but for what Stipend decides. What the URL asks for in `options` is taken out of it: pg would put
 * that in the place of all options that are given beside the URL, the application's role among them.
 */
export function connectionOf(url: string): pg.ClientConfig {
  if (!URL.canParse(url)) return { connectionString: url };
  const parsed = new URL(url);
  const { searchParams } = parsed;
  const options = searchParams.get('options');
  const changed = ['options', ...decidedHere].filter((name) => searchParams.has(name));
  if (changed.length === 0) return { connectionString: url };
  for (const name of changed) searchParams.delete(name);
  return { connectionString: parsed.href, ...(options !== null && { options }) };
}

/** @param options what is to hold whatever else the connection asks for */
export function withOptions(connection: pg.ClientConfig, options: string): pg.ClientConfig {
  return { ...connection, options: `${connection.options ?? ''} ${options}` };
}
