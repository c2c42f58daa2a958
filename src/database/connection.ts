import type pg from 'pg';

/**
 * A connection by its URL. What the URL asks for in `options` is taken out of it: pg would put that in the place of all
 * options that are given beside the URL, the application's role among them.
 */
export function connectionOf(url: string): pg.ClientConfig {
  if (!URL.canParse(url)) return { connectionString: url };
  const parsed = new URL(url);
  const options = parsed.searchParams.get('options');
  if (options === null) return { connectionString: url };
  parsed.searchParams.delete('options');
  return { connectionString: parsed.href, options };
}

/** @param options what is to hold whatever else the connection asks for */
export function withOptions(connection: pg.ClientConfig, options: string): pg.ClientConfig {
  return { ...connection, options: `${connection.options ?? ''} ${options}` };
}
