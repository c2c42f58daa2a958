import pg from 'pg';
import { withOptions } from './connection.js';
import { databaseFault } from './database-errors.js';
import type { SendStatement, StatementTracing } from './statement-tracing.js';

/** How long a connection may take to come about, and how long one may be waited for while all are in use. */
export const connectWithinMs = 5_000;
/** A burst after a calm is not to wait until each of its connections has come about, and has its statements prepared. */
const keptIdleForMs = 600_000;
/** So long idle, a connection is probed, and is given up some seconds after its other end has gone without a word. */
const probedIdleForMs = 10_000;
/** What a running statement has of a stop's time, beyond what its request had. */
const closeWithinMs = 1_000;
/** How much longer than its time a statement is waited for: the server ends it first, unless it has gone silent. */
const silentForMs = 500;
const silenceCheckEveryMs = 250;

export interface PoolOptions {
  connection: pg.ClientConfig;
  poolSize: number;
  /** An operation's statement that runs longer is ended by the server. */
  statementTimeoutMs: number;
  /** An idle connection that broke. The pool makes a new one. */
  onConnectionLost: (error: Error) => void;
  /** Every statement that is sent, for tests that count them. */
  onStatement?: (text: string) => void;
  /** Set, each statement has a span. */
  tracing?: StatementTracing | undefined;
}

export interface OpenPool {
  readonly pool: pg.Pool;
  /** Whether the server has just refused something for want of disk, memory or the like, which what is read may not need. */
  lacksResources(): boolean;
  /** Cuts every connection on which something has been waited for as long as that. Whoever waits is told so. */
  cutWaiting(milliseconds: number): void;
  /** Drops connections that nobody uses: for when some may have died without a word. */
  dropIdle(): void;
  /** Waits for what runs still, but not for long. */
  close(disconnect: () => Promise<void>): Promise<void>;
}

/**
 * Statements that a connection keeps prepared. Those of the program are few; the texts that follow what operations ask for
 * could be any number, and a connection that has so many is given up for a new one.
 */
const mostPrepared = 500;

const outOfResources = /^(53|58)/;
/** Until it has gone for so long without a refusal, a server is taken to lack what it lacked. */
const lackLastsMs = 2_000;

export function openPool(options: PoolOptions): OpenPool {
  // Since when each connection has been waited for: to come about, or to be given back.
  const waitedFor = new Map<pg.Client, number>();
  const pool = new pg.Pool({ ...poolConfig(options), Client: watchedClient(waitedFor) });
  pool.on('error', options.onConnectionLost);
  let refusedAt = Number.NEGATIVE_INFINITY;
  const onFailure = (error: unknown) => {
    if (outOfResources.test(databaseFault(error)?.sqlState ?? '')) refusedAt = performance.now();
  };
  // They have as many statements prepared as a connection may.
  const worn = new WeakSet<pg.Client>();
  // Those that have come about: how long that may take is another limit.
  const connected = new WeakSet<pg.Client>();
  pool.on('connect', (client) => connected.add(client));
  pool.on('connect', (client) => watchStatements(client, onFailure, () => worn.add(client), options));
  if (options.tracing) keepAskers(pool, options.tracing);
  pool.on('acquire', (client) => waitedFor.set(client, performance.now()));
  pool.on('release', (error, client) => {
    waitedFor.delete(client);
    onFailure(error);
    // What the next one to have this connection writes would be part of a transaction that nobody commits.
    const isAmidTransaction = client.getTransactionStatus() !== 'I';
    if (isAmidTransaction || worn.has(client)) void client.end();
  });
  const cut = (milliseconds: number, clients: Pick<WeakSet<pg.Client>, 'has'>) => {
    const before = performance.now() - milliseconds;
    for (const [client, since] of waitedFor) {
      if (since <= before && clients.has(client)) client.connection.stream.destroy();
    }
  };
  const cutWaiting = (milliseconds: number) => cut(milliseconds, waitedFor);
  // pg's own `query_timeout` makes a closure for each query that V8 takes for a method: it and the whole result that it
  // leads to are kept until the next full garbage collection. See docs/performance.md.
  const silenceCheck = setInterval(
    () => cut(options.statementTimeoutMs + silentForMs, connected),
    silenceCheckEveryMs,
  );
  silenceCheck.unref();
  return {
    pool,
    lacksResources: () => performance.now() - refusedAt < lackLastsMs,
    cutWaiting,
    dropIdle: () => {
      for (let idle = pool.idleCount; idle > 0; idle--) void dropOne(pool);
    },
    close: async (disconnect) => {
      // The pool's end is not awaited by its connections: a server that stops next may cut them off, and that is no loss.
      pool.off('error', options.onConnectionLost).on('error', () => {});
      const deadline = setTimeout(() => cutWaiting(0), closeWithinMs);
      await disconnect();
      await pool.end();
      clearTimeout(deadline);
      clearInterval(silenceCheck);
    },
  };
}

/** Takes a connection as anybody does, which is an idle one if there is one, and gives it back as broken. */
async function dropOne(pool: pg.Pool): Promise<void> {
  try {
    const client = await pool.connect();
    client.release(true);
    client.connection.stream.destroy();
  } catch {
    // It could not be had, and so was not idle.
  }
}

/** What every connection is opened with, whatever the server's defaults are. */
export const sessionOptions = [
  // What waits for a lock is to see what it waited for.
  '-c default_transaction_isolation=read\\ committed',
  // Instants that are read as text are read in one form.
  '-c timezone=UTC',
  '-c datestyle=ISO',
  // Whatever its values, a statement here walks the same index: planning it anew each time costs more than running it.
  '-c plan_cache_mode=force_generic_plan',
  // A bitmap has no order: for the page of somebody who has more rows than most, all of them would be gathered and sorted.
  '-c enable_bitmapscan=off',
].join(' ');

function poolConfig({ connection, poolSize, statementTimeoutMs }: PoolOptions): pg.PoolConfig {
  return {
    ...withOptions(connection, sessionOptions),
    max: poolSize,
    connectionTimeoutMillis: connectWithinMs,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: 15_000,
    idleTimeoutMillis: keptIdleForMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: probedIdleForMs,
    application_name: 'stipend',
  };
}

/** The pool makes known only those connections that have come about. */
function watchedClient(waitedFor: Map<pg.Client, number>) {
  return class extends pg.Client {
    constructor(config?: string | pg.ClientConfig) {
      super(config);
      waitedFor.set(this, performance.now());
      this.once('end', () => waitedFor.delete(this));
    }
  };
}

/** Tells what is sent on a connection, and what fails there: Prisma's transactions hand it back without a word of that. */
function watchStatements(
  client: pg.PoolClient,
  onFailure: (error: unknown) => void,
  onWorn: () => void,
  { onStatement, tracing }: PoolOptions,
): void {
  const prepared = new Set<string>();
  const send = client.query.bind(client) as SendStatement;
  const query = tracing ? tracing.traced(send) : send;
  const watching = (statement: string | { text: string; name?: string }, ...rest: unknown[]) => {
    if (typeof statement === 'string') {
      onStatement?.(statement);
    } else {
      onStatement?.(statement.text);
      if (statement.name !== undefined && prepared.add(statement.name).size === mostPrepared) onWorn();
    }
    const answer = query(statement, ...rest);
    if (answer instanceof Promise) answer.catch(onFailure);
    return answer;
  };
  Object.assign(client, { query: watching });
}

/** A statement that waits for a connection is run by whoever gives one back, on whose behalf it is not. */
function keepAskers(pool: pg.Pool, { bound }: StatementTracing): void {
  const { connect } = pool;
  Object.assign(pool, {
    connect: (...args: unknown[]): unknown => Reflect.apply(connect, pool, args.map(bound)),
  });
}
