import { accessSync, constants } from 'node:fs';
import type pg from 'pg';
import { ConfigError } from '../values/config-error.js';
import { type Host, takeHosts } from './hosts.js';

/** A database, and how Stipend uses it. */
export interface Connection {
  /** Where it is, and how to log in. */
  readonly client: pg.ClientConfig;
  /** Several servers, of which the one that takes writes is used. */
  readonly hosts?: readonly Host[];
  /** Settings of each session, which are set by SQL: a pooler may drop what is sent along with the login. */
  readonly settings: Readonly<Record<string, string>>;
  /** The schema that the URL names. */
  readonly schema?: string;
  /** What the URL asks for and Stipend decides itself, a sentence each. */
  readonly overridden: readonly string[];
  /** Where it is now, and how to log in, if that can change while the process runs. */
  readonly reread?: () => pg.ClientConfig | undefined;
}

/** Parameters that pg reads from the URL. */
const understood = new Set([
  'application_name',
  'fallback_application_name',
  'host',
  'password',
  'port',
  'ssl',
  'sslcert',
  'sslkey',
  'sslmode',
  'sslnegotiation',
  'sslrootcert',
  'uselibpqcompat',
  'user',
]);

/** Parameters that other programs read from such a URL, and what decides here. */
const decidedElsewhere: Record<string, string> = {
  client_encoding: 'Stipend uses UTF8',
  connection_limit: 'DATABASE_POOL_SIZE decides',
  connect_timeout: 'a connection may take 5 seconds',
  gssencmode: 'Stipend does not use GSSAPI',
  idle_in_transaction_session_timeout: 'Stipend sets it',
  keepalives: 'Stipend keeps connections alive',
  keepalives_count: 'Stipend keeps connections alive',
  keepalives_idle: 'Stipend keeps connections alive',
  keepalives_interval: 'Stipend keeps connections alive',
  pgbouncer: 'Stipend finds out by itself whether there is a pooler',
  pool_timeout: 'an operation waits 5 seconds for a connection',
  query_timeout: 'OPERATION_TIMEOUT decides',
  socket_timeout: 'OPERATION_TIMEOUT decides',
  statement_cache_size: 'Stipend finds out by itself whether there is a pooler',
  statement_timeout: 'OPERATION_TIMEOUT decides',
  tcp_user_timeout: 'OPERATION_TIMEOUT decides',
};

const sslModes = ['disable', 'no-verify', 'prefer', 'require', 'verify-ca', 'verify-full'];

/**
 * The connection that a URL describes. What it asks for holds, is listed in `overridden`, or is refused.
 *
 * @throws ConfigError naming the parameter that is not understood
 */
export function connectionOf(url: string): Connection {
  // Not parsed as a URL: pg also accepts what is not a URL, such as a Unix socket without a host.
  const [, written = url, query] = /^([^?#]*)\?([^#]*)/.exec(url) ?? [];
  const parameters = new URLSearchParams(query);
  const { base, hosts } = takeHosts(written, parameters);
  const settings: Record<string, string> = {};
  const overridden: string[] = [];
  const client: pg.ClientConfig = {};
  let schema: string | undefined;
  for (const [name, value] of [...parameters]) {
    if (understood.has(name)) continue;
    parameters.delete(name);
    if (name === 'options') Object.assign(settings, settingsOf(value));
    else if (name === 'lock_timeout') settings.lock_timeout = value;
    else if (name === 'schema') schema = value;
    else if (name === 'channel_binding') {
      client.enableChannelBinding = value !== 'disable';
      if (value === 'require') overridden.push('channel_binding: it is used where the server offers it.');
    } else if (Object.hasOwn(decidedElsewhere, name)) overridden.push(`${name}: ${decidedElsewhere[name]}.`);
    else throw new ConfigError(`DATABASE_URL has the parameter ${name}, which Stipend does not know.`);
  }
  checkTls(parameters);
  const connectionString = query === undefined ? base : `${base}?${parameters}`;
  return {
    client: { ...client, connectionString },
    ...(hosts && { hosts }),
    settings,
    ...(schema !== undefined && { schema }),
    overridden,
  };
}

/** A connection that asks for nothing else. */
export function connectionTo(client: pg.ClientConfig): Connection {
  return { client, settings: {}, overridden: [] };
}

/** How to open the next connection. */
export function clientConfigOf({ client, reread }: Connection): pg.ClientConfig {
  return { ...client, ...reread?.() };
}

/** @param settings take precedence over those of the connection */
export function withSettings(connection: Connection, settings: Record<string, string>): Connection {
  return { ...connection, settings: { ...connection.settings, ...settings } };
}

/** What `options` asks of the server, which takes it from a command line. */
function settingsOf(options: string): Record<string, string> {
  const words = options
    .replace(/\\(.)/g, (_, character: string) => `%${character.charCodeAt(0).toString(16)}%`)
    .split(/\s+/)
    .filter((word) => word !== '' && word !== '-c')
    .map((word) => word.replace(/^-(-|c)/, ''));
  return Object.fromEntries(
    words.map((word) => {
      const [, name, value] = /^([a-zA-Z_.-]+)=(.*)$/s.exec(word) ?? [];
      if (name === undefined || value === undefined) {
        throw new ConfigError("DATABASE_URL's options may contain only settings: -c name=value.");
      }
      const unescaped = value.replace(/%([0-9a-f]{1,4})%/g, (_, code) =>
        String.fromCharCode(parseInt(code, 16)),
      );
      return [name.replaceAll('-', '_').toLowerCase(), unescaped];
    }),
  );
}

function checkTls(parameters: URLSearchParams): void {
  const mode = parameters.get('sslmode');
  if (mode !== null && !sslModes.includes(mode)) {
    throw new ConfigError(`DATABASE_URL's sslmode must be one of: ${sslModes.join(', ')}.`);
  }
  // The CAs that Node trusts, in libpq's words.
  if (parameters.get('sslrootcert') === 'system') parameters.delete('sslrootcert');
  for (const name of ['sslrootcert', 'sslcert', 'sslkey']) {
    const path = parameters.get(name);
    if (path !== null && !isReadable(path)) {
      throw new ConfigError(`DATABASE_URL's ${name} names a file that can't be read.`);
    }
  }
  // pg checks the server's certificate in each of these modes, and prints a warning unless it is asked for in so many words.
  if (!parameters.has('uselibpqcompat') && ['prefer', 'require', 'verify-ca'].includes(mode ?? '')) {
    parameters.set('sslmode', 'verify-full');
  }
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
