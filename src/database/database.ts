import { setTimeout as delay } from 'node:timers/promises';
import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import { createLane, type Lane } from '../concurrency/lane.js';
import { PrismaClient } from '../generated/prisma/client.js';
import { isTransient } from './database-errors.js';
import { connectWithinMs, openPool, type PoolOptions } from './pool.js';
import { queryPlanned, queryWhenConnected } from './pool-queries.js';
import { createRowsTogether } from './rows-together.js';
import type { Sql } from './sql.js';
import { nameOf, queryOf, statementOf } from './statements.js';

/** A Prisma client within a transaction. Helpers that write require one, so that none runs outside by mistake. */
export type Transaction = Parameters<Parameters<PrismaClient['$transaction']>[0]>[0];

export interface Database {
  /** For what is not hot: see docs/decisions/two-ways-to-the-data.md. */
  readonly prisma: PrismaClient;
  /** For libraries that bring SQL of their own. */
  readonly pool: pg.Pool;
  /**
   * Runs one statement on the pool that Prisma uses too, prepared once on each connection. Columns come as bigint for
   * BIGINT, `YYYY-MM-DD` for DATE, Date for TIMESTAMPTZ, Buffer for BYTEA, parsed for JSON.
   *
   * @param statement or what makes it, called when a connection is free; nothing is sent when that throws
   */
  rows<Row extends object>(statement: Sql | (() => Sql)): Promise<Row[]>;
  /**
   * The same for a fast read: statements with the same text that run at the same time are sent as one. Values are sent as
   * text, so each needs a cast in the statement.
   */
  rowsTogether<Row extends object>(statement: Sql): Promise<Row[]>;
  /** `rows` and `rowsTogether` for lists, which share half of the connections. The others are for reads by id and for payments. */
  readonly lists: Pick<Database, 'rows' | 'rowsTogether'>;
  /**
   * `rows` for what may read much: a list with a filter, a count. It is planned for its values, and shares a quarter of the
   * connections, which are among those for lists.
   */
  slowRows<Row extends object>(statement: Sql): Promise<Row[]>;
  /** Runs the work in a transaction, and again, a bounded number of times, after a deadlock or the like. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** The same for work of many statements, by `long`. Each of the statements is limited as others are. */
  longTransaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Runs what keeps a connection for seconds or minutes when it is its turn: such work shares a quarter of the connections. */
  long: Lane;
  /** Whether the server has just refused something for lack of disk, memory or the like. */
  lacksResources(): boolean;
  /**
   * Closes connections that have been in use for that long. For when the database is back after an outage: what was sent
   * during it may never have arrived, and would hold connections that new work needs.
   */
  closeStalled(milliseconds: number): void;
  /** Closes idle connections. For when some may be dead. */
  closeIdle(): void;
  /** Waits for running statements, but not for long. */
  close(): Promise<void>;
}

export interface DatabaseOptions extends PoolOptions {
  /** How long a statement of `rows` took, including the wait for a connection. */
  onRows?: (seconds: number, failed: boolean) => void;
  /** How long a long transaction may take. Others may take as long as a statement. */
  longTransactionMs?: number;
}

const maxAttempts = 4;
/** For a turn. */
const longWithinMs = 60_000;

export function openDatabase(options: DatabaseOptions): Database {
  const { pool, lacksResources, closeStalled, closeIdle, close } = openPool(options);
  const { schema } = options.connection;
  const prisma = new PrismaClient({
    adapter: new PrismaPg(pool, {
      statementNameGenerator: ({ sql: text }) => nameOf(text),
      ...(schema !== undefined && { schema }),
    }),
  });
  const timed = async <Row>(query: () => Promise<{ rows: Row[] }>): Promise<Row[]> => {
    const started = performance.now();
    let failed = true;
    try {
      const { rows } = await query();
      failed = false;
      return rows;
    } finally {
      options.onRows?.((performance.now() - started) / 1000, failed);
    }
  };
  const send = <Row extends object>(query: pg.QueryConfig) => timed(() => pool.query<Row>(query));
  const within =
    (timeout: number): Database['transaction'] =>
    (work) =>
      withRetry(() => prisma.$transaction(work, { timeout, maxWait: connectWithinMs }));
  const { poolSize, statementTimeoutMs, longTransactionMs = statementTimeoutMs } = options;
  const lists = { of: 'lists', maxWaitMs: connectWithinMs };
  const listLane = createLane({ ...lists, maxConcurrent: share(poolSize, 2) });
  const slowLane = createLane({ ...lists, maxConcurrent: share(poolSize, 4) });
  const long = createLane({
    of: 'pay runs and imports',
    maxConcurrent: share(poolSize, 4),
    maxWaitMs: longWithinMs,
  });
  const rows =
    (run: Lane) =>
    <Row extends object>(statement: Sql | (() => Sql)) =>
      typeof statement === 'function'
        ? run(() => timed(() => queryWhenConnected<Row>(pool, () => toQuery(statement()))))
        : run(() => send<Row>(toQuery(statement)));
  return {
    prisma,
    pool,
    rows: rows((task) => task()),
    rowsTogether: createRowsTogether(send),
    lists: {
      rows: rows(listLane),
      rowsTogether: createRowsTogether((query) => listLane(() => send(query))),
    },
    slowRows: <Row extends object>(statement: Sql) =>
      slowLane(() => listLane(() => timed(() => queryPlanned<Row>(pool, toQuery(statement))))),
    transaction: within(statementTimeoutMs),
    longTransaction: (work) => long(() => within(longTransactionMs)(work)),
    long,
    lacksResources,
    closeStalled,
    closeIdle,
    close: () => close(() => prisma.$disconnect()),
  };
}

/** Of the connections, one at least. */
function share(poolSize: number, parts: number): number {
  return Math.max(1, Math.floor(poolSize / parts));
}

function toQuery(statement: Sql): pg.QueryConfig {
  const { template, values } = statementOf(statement);
  return queryOf(template, values);
}

/** Runs one statement within a transaction. Columns come as Prisma reads them. */
export function rowsWithin<Row extends object>(tx: Transaction, statement: Sql): Promise<Row[]> {
  const { template, values } = statementOf(statement);
  return tx.$queryRawUnsafe<Row[]>(template.text, ...values);
}

/** Retries after a deadlock or a serialization failure, a bounded number of times. The attempt must be atomic. */
export async function withRetry<T>(attempt: () => Promise<T>): Promise<T> {
  for (let attempts = 1; ; attempts++) {
    try {
      return await attempt();
    } catch (error) {
      if (attempts >= maxAttempts || !isTransient(error)) throw error;
      await delay(2 ** attempts * 5 * (1 + Math.random()));
    }
  }
}
