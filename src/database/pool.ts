import pg from 'pg';
import type { Connection } from './connection.js';
import { databaseFault } from './database-errors.js';
import { clientOfHosts } from './hosts.js';
import { bindWaiting, tellNotConnected } from './pool-connect.js';
import { prepareSession } from './session.js';
import type { SendStatement, StatementTracing } from './statement-tracing.js';

/** How long a connection may take to open, and how long an operation waits for one while all are in use. */
export const connectWithinMs = 5_000;
/** Long, because a burst after a calm would wait for new connections, and for its statements to be prepared on them. */
const idleTimeoutMs = 600_000;
const keepAliveAfterMs = 10_000;
/** How long a statement may still run at a stop, after its request has ended. */
const closeWithinMs = 1_000;
/** How much longer than its timeout a statement is waited for: the server cancels it first, unless the server is silent. */
const silenceToleranceMs = 500;
const silenceCheckEveryMs = 250;
/** A connection that has prepared more statements is replaced. Requested fields can make any number of them. */
const maxPreparedStatements = 500;
/** A server counts as short of resources until it has refused nothing for this long. */
const shortageLastsMs = 2_000;

export interface PoolOptions {
  connection: Connection;
  poolSize: number;
  /** The server cancels a statement that runs longer. */
  statementTimeoutMs: number;
  /** An idle connection is lost. The pool opens a new one. */
  onConnectionLost: (error: Error) => void;
  /** Receives every statement that is sent, for tests. */
  onStatement?: (text: string) => void;
  /** Set, each statement has a span. */
  tracing?: StatementTracing | undefined;
}

export interface OpenPool {
  readonly pool: pg.Pool;
  /** Whether the server has just refused something for lack of disk, memory or the like. */
  lacksResources(): boolean;
  /** Closes each connection that has been opening, or in use and silent, for that long. Its user gets an error. */
  closeStalled(milliseconds: number): void;
  /** Closes idle connections, some of which may be dead. */
  closeIdle(): void;
  /** Waits for running statements, but not for long. */
  close(disconnect: () => Promise<void>): Promise<void>;
}

export function openPool(options: PoolOptions): OpenPool {
  // Connections that are being opened or are in use, and since when they have been silent.
  const busySince = new Map<pg.Client, number>();
  const pool = new pg.Pool({
    ...poolConfig(options),
    Client: clientThatNotes(busySince, options.connection),
  });
  pool.on('error', options.onConnectionLost);
  const shortage = watchShortage();
  const opened = new WeakSet<pg.Client>();
  const wornOut = new WeakSet<pg.Client>();
  pool.on('connect', (client) => {
    opened.add(client);
    const onSent = () => {
      if (busySince.has(client)) busySince.set(client, performance.now());
    };
    watchStatements(
      client,
      { onSent, onFailure: shortage.onFailure, onWornOut: () => wornOut.add(client) },
      options,
    );
  });
  tellNotConnected(pool, shortage.onFailure);
  if (options.tracing) bindWaiting(pool, options.tracing);
  pool.on('acquire', (client) => busySince.set(client, performance.now()));
  pool.on('release', (error, client) => {
    busySince.delete(client);
    shortage.onFailure(error);
    // The next user's statements would become part of a transaction that nobody commits.
    const isInTransaction = client.getTransactionStatus() !== 'I';
    if (isInTransaction || wornOut.has(client)) void client.end();
  });
  const closeBusy = (milliseconds: number, among: Pick<WeakSet<pg.Client>, 'has'>) => {
    const before = performance.now() - milliseconds;
    for (const [client, since] of busySince) {
      if (since <= before && among.has(client)) client.connection.stream.destroy();
    }
  };
  // Not pg's `query_timeout`, which keeps each result in memory until a full garbage collection: see docs/performance.md.
  const silenceCheck = setInterval(
    () => closeBusy(options.statementTimeoutMs + silenceToleranceMs, opened),
    silenceCheckEveryMs,
  );
  silenceCheck.unref();
  return {
    pool,
    lacksResources: shortage.isOn,
    closeStalled: (milliseconds) => closeBusy(milliseconds, busySince),
    closeIdle: () => {
      for (let idle = pool.idleCount; idle > 0; idle--) void closeOne(pool);
    },
    close: async (disconnect) => {
      // A server that stops next may cut connections off before they have ended, which does not matter.
      pool.off('error', options.onConnectionLost).on('error', () => {});
      const deadline = setTimeout(() => closeBusy(0, busySince), closeWithinMs);
      try {
        await disconnect();
        await pool.end();
      } finally {
        clearTimeout(deadline);
        clearInterval(silenceCheck);
      }
    },
  };
}

function watchShortage(): { isOn(): boolean; onFailure(error: unknown): void } {
  let refusedAt = Number.NEGATIVE_INFINITY;
  return {
    isOn: () => performance.now() - refusedAt < shortageLastsMs,
    onFailure: (error) => {
      // 53: insufficient resources. 58: system error.
      if (/^(53|58)/.test(databaseFault(error)?.sqlState ?? '')) refusedAt = performance.now();
    },
  };
}

/** Takes a connection, which is an idle one if there is one, and returns it as broken. */
async function closeOne(pool: pg.Pool): Promise<void> {
  try {
    const client = await pool.connect();
    client.release(true);
    client.connection.stream.destroy();
  } catch {
    // None could be opened, so none was idle.
  }
}

function poolConfig({ connection, poolSize, statementTimeoutMs }: PoolOptions): pg.PoolConfig {
  const settings = { ...connection.settings, statement_timeout: String(statementTimeoutMs) };
  return {
    application_name: 'stipend',
    ...connection.client,
    max: poolSize,
    connectionTimeoutMillis: connectWithinMs,
    idleTimeoutMillis: idleTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: keepAliveAfterMs,
    // Awaited before the connection is used, and the connection is closed if it fails.
    onConnect: (client) => prepareSession(client, settings),
  };
}

/** The pool announces only connections that have opened; this notes those that are being opened, too. */
function clientThatNotes(busySince: Map<pg.Client, number>, { reread, hosts }: Connection) {
  return class extends clientOfHosts(hosts) {
    constructor(config?: pg.ClientConfig) {
      const now = reread?.();
      // A copy of the configuration would lose the password, which the pool hides.
      super(now ? { ...config, ...now } : config);
      busySince.set(this, performance.now());
      this.once('end', () => busySince.delete(this));
    }
  };
}

interface StatementWatch {
  onSent(): void;
  onFailure(error: unknown): void;
  onWornOut(): void;
}

/** Observes what is sent on a connection, and what fails there: Prisma's transactions release it without the error. */
function watchStatements(
  client: pg.PoolClient,
  { onSent, onFailure, onWornOut }: StatementWatch,
  { onStatement, tracing }: PoolOptions,
): void {
  const prepared = new Set<string>();
  const { query: original } = client;
  const send: SendStatement = (...args) => Reflect.apply(original, client, args);
  const query = tracing ? tracing.traced(send) : send;
  const observed = (statement: string | { text: string; name?: string }, ...rest: unknown[]) => {
    if (typeof statement === 'string') {
      onStatement?.(statement);
    } else {
      onStatement?.(statement.text);
      const { name } = statement;
      if (name !== undefined && prepared.add(name).size === maxPreparedStatements) onWornOut();
    }
    onSent();
    const result = query(statement, ...rest);
    if (result instanceof Promise) result.catch(onFailure);
    return result;
  };
  Object.assign(client, { query: observed });
}
