import type pg from 'pg';

/** What Stipend decides: pg would take the URL's word before what it is given beside it. */
const decidedHere = ['statement_timeout', 'idle_in_transaction_session_timeout', 'query_timeout'];

/**
 * A connection by its URL, but for what Stipend decides. What the URL asks for in `options` is taken out of it: pg would put
 * that in the place of all options that are given beside the URL, the application's role among them.
 */
export function connectionOf(url: string): pg.ClientConfig {
  // The query by itself: pg takes URLs that are none, those of a Unix socket without a host among them.
  const [, base, query] = /^([^?#]*)\?([^#]*)/.exec(url) ?? [];
  const parameters = new URLSearchParams(query);
  const options = parameters.get('options');
  const changed = ['options', ...decidedHere].filter((name) => parameters.has(name));
  if (changed.length === 0) return { connectionString: url };
  for (const name of changed) parameters.delete(name);
  return { connectionString: `${base}?${parameters}`, ...(options !== null && { options }) };
}

/** @param options what is to hold whatever else the connection asks for */
export function withOptions(connection: pg.ClientConfig, options: string): pg.ClientConfig {
  return { ...connection, options: `${connection.options ?? ''} ${options}` };
}
