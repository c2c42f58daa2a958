import pg from 'pg';
import { ConfigError } from '../values/config-error.js';

/** One of several servers, of which one takes writes. */
export interface Host {
  readonly host: string;
  readonly port: number;
}

const defaultPort = 5432;
/** A host that drops packets must not use up the time for the next one. */
const answersWithinMs = 1_000;

/**
 * Takes several hosts out of a URL, as libpq writes them: `host:port,host:port`, or as the parameters `host` and `port`. What is
 * left names the first one.
 *
 * @param parameters of the URL, from which `target_session_attrs` is removed
 * @returns no hosts where there is one, and nothing is asked of it
 * @throws ConfigError on what is asked of them when it is anything but that they take writes
 */
export function takeHosts(
  base: string,
  parameters: URLSearchParams,
): { base: string; hosts?: readonly Host[] } {
  const target = parameters.get('target_session_attrs');
  parameters.delete('target_session_attrs');
  if (target !== null && !['any', 'primary', 'read-write'].includes(target)) {
    throw new ConfigError('Stipend writes: target_session_attrs of DATABASE_URL must be read-write.');
  }
  const { start, authority, end } = partsOf(base);
  const inUrl = authority === '' ? [] : authority.split(',');
  const named = parameters.get('host')?.split(',');
  const ports = parameters.get('port')?.split(',') ?? [];
  const written = named?.map((host, index) => `${host}:${ports[index] ?? ports[0] ?? ''}`) ?? inUrl;
  if (written.length < 2 && target === null) return { base };
  const [first] = inUrl;
  if (named?.[0] !== undefined) parameters.set('host', named[0]);
  if (ports[0] !== undefined) parameters.set('port', ports[0]);
  const hosts = written.map(parseHost);
  return { base: first === undefined ? base : start + first + end, ...(hosts.length > 0 && { hosts }) };
}

/** @returns the hosts, and what is before and after them */
function partsOf(base: string): { start: string; authority: string; end: string } {
  const afterScheme = base.indexOf('://') + 3;
  const slash = base.indexOf('/', afterScheme);
  const atEnd = slash === -1 ? base.length : slash;
  const from = base.slice(0, atEnd).lastIndexOf('@') + 1 || afterScheme;
  return { start: base.slice(0, from), authority: base.slice(from, atEnd), end: base.slice(atEnd) };
}

function parseHost(text: string): Host {
  const [, host, port] = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(text) ?? [];
  if (!host) throw new ConfigError('DATABASE_URL has a host without a name.');
  return { host: decodeURIComponent(host.replace(/^\[|\]$/g, '')), port: Number(port || defaultPort) };
}

/** The one of the hosts that took writes last. */
const lastGood = new WeakMap<readonly Host[], Host>();

type OnConnected = ((error: Error) => void) | ((error: null, client: pg.Client) => void);

/** A client that tries the hosts in turn when it connects, the last good one first. */
export function clientOfHosts(hosts: readonly Host[] | undefined): typeof pg.Client {
  if (!hosts) return pg.Client;
  return class extends pg.Client {
    readonly #config: pg.ClientConfig;

    constructor(config: pg.ClientConfig = {}) {
      super(config);
      this.#config = config;
    }

    override connect(): Promise<pg.Client>;
    override connect(callback: OnConnected): void;
    override connect(callback?: OnConnected): Promise<pg.Client> | undefined {
      const connected = this.#connectInTurn(hosts);
      if (!callback) return connected;
      connected.then(
        () => Reflect.apply(callback, undefined, [null, this]),
        (error: unknown) => Reflect.apply(callback, undefined, [error]),
      );
      return undefined;
    }

    async #connectInTurn(all: readonly Host[]): Promise<pg.Client> {
      const good = lastGood.get(all);
      const inTurn = good ? [good, ...all.filter((host) => host !== good)] : all;
      const host = await firstThatWrites(inTurn, this.#config);
      lastGood.set(all, host);
      Object.assign(this, host);
      return super.connect();
    }
  };
}

/** @throws why the last one can't be used */
async function firstThatWrites(hosts: readonly Host[], config: pg.ClientConfig): Promise<Host> {
  let failure: unknown;
  for (const host of hosts) {
    try {
      await requireWrites(host, config);
      return host;
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

async function requireWrites(host: Host, config: pg.ClientConfig): Promise<void> {
  const client = new pg.Client({
    ...config,
    connectionTimeoutMillis: answersWithinMs,
    query_timeout: answersWithinMs,
  });
  client.on('error', () => {
    // What is sent on it fails, and says so.
  });
  // pg would prefer the URL's.
  Object.assign(client, host);
  try {
    await client.connect();
    const { rows } = await client.query<{ transaction_read_only: string }>('SHOW transaction_read_only');
    if (rows[0]?.transaction_read_only !== 'off') {
      throw Object.assign(new Error('the host takes no writes'), { code: '25006' });
    }
  } finally {
    // Not awaited: on a dead connection the server never confirms the end.
    client.end().catch(() => {});
  }
}
