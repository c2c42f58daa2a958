import type pg from 'pg';

/** Settings that Stipend chooses; pg would prefer those of the URL. */
const ownSettings = ['statement_timeout', 'idle_in_transaction_session_timeout', 'query_timeout'];

/**
 * The connection that a URL describes, without the settings that Stipend chooses. `options` moves out of the URL, where it
 * would replace the options that Stipend adds, the application's role among them.
 */
export function connectionOf(url: string): pg.ClientConfig {
  // Not parsed as a URL: pg also accepts what is none, such as a Unix socket without a host.
  const [, base, query] = /^([^?#]*)\?([^#]*)/.exec(url) ?? [];
  const parameters = new URLSearchParams(query);
  const options = parameters.get('options');
  const removed = ['options', ...ownSettings].filter((name) => parameters.has(name));
  if (removed.length === 0) return { connectionString: url };
  for (const name of removed) parameters.delete(name);
  return { connectionString: `${base}?${parameters}`, ...(options !== null && { options }) };
}

/** @param options take precedence over those of the connection */
export function withOptions(connection: pg.ClientConfig, options: string): pg.ClientConfig {
  return { ...connection, options: `${connection.options ?? ''} ${options}` };
}
