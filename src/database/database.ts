import { setTimeout as delay } from 'node:timers/promises';
import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import { PrismaClient } from '../generated/prisma/client.js';
import { isTransient } from './database-errors.js';
import { connectWithinMs, openPool, type PoolOptions } from './pool.js';
import { createRowsTogether } from './rows-together.js';
import type { Sql } from './sql.js';
import { nameOf, queryOf, statementOf } from './statements.js';

/** A Prisma client within a transaction: helpers take it and require it, so that none runs outside by mistake. */
export type Transaction = Parameters<Parameters<PrismaClient['$transaction']>[0]>[0];

export interface Database {
  /** For what is not hot: see docs/decisions/. */
  readonly prisma: PrismaClient;
  /** For libraries that bring SQL of their own. */
  readonly pool: pg.Pool;
  /**
   * Runs one statement on the pool that Prisma uses too, prepared once on each connection. Columns come as bigint for
   * BIGINT, `YYYY-MM-DD` for DATE, Date for TIMESTAMPTZ, Buffer for BYTEA, parsed for JSON.
   */
  rows<Row extends object>(statement: Sql): Promise<Row[]>;
  /**
   * The same for a statement that only reads, and is quickly done: those with the same text that come at the same time are
   * sent as one. Each of its values stands before a cast, for there it is a text.
   */
  rowsTogether<Row extends object>(statement: Sql): Promise<Row[]>;
  /** How many operations may share a statement: it has to be one where each is traced. */
  readonly mostTogether: number;
  /** All or nothing; tried again, a bounded number of times, when the database asks for that. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Whether the server has just refused something for want of disk, memory or the like. */
  lacksResources(): boolean;
  /**
   * Gives up what has been waited for as long as that: for when the database was silent and is back. What it was asked in
   * the silence it may never have heard, and until that is given up it holds the connections that new work needs.
   */
  cutWaiting(milliseconds: number): void;
  /** Drops connections that nobody uses: for when some may have died without a word. */
  dropIdle(): void;
  /** Waits for what runs still, but not for long. */
  close(): Promise<void>;
}

export interface DatabaseOptions extends PoolOptions {
  /** How long a statement of `rows` took, a wait for a connection included. */
  onRows?: (seconds: number, failed: boolean) => void;
}

const transactionTries = 4;
/** What one operation waits for because of the others is bounded. */
const mostTogether = 50;

export function openDatabase(options: DatabaseOptions): Database {
  const { pool, lacksResources, cutWaiting, dropIdle, close } = openPool(options);
  const prisma = new PrismaClient({
    adapter: new PrismaPg(pool, { statementNameGenerator: ({ sql: text }) => nameOf(text) }),
  });
  const send = async <Row extends object>(query: pg.QueryConfig): Promise<Row[]> => {
    const started = performance.now();
    let failed = true;
    try {
      const found = await pool.query<Row>(query);
      failed = false;
      return found.rows;
    } finally {
      options.onRows?.((performance.now() - started) / 1000, failed);
    }
  };
  const most = options.tracing ? 1 : mostTogether;
  return {
    prisma,
    pool,
    rows: (statement) => {
      const { template, values } = statementOf(statement);
      return send(queryOf(template, values));
    },
    rowsTogether: createRowsTogether(send, most),
    mostTogether: most,
    transaction: (work) =>
      withRetry(() =>
        prisma.$transaction(work, { timeout: options.statementTimeoutMs, maxWait: connectWithinMs }),
      ),
    lacksResources,
    cutWaiting,
    dropIdle,
    close: () => close(() => prisma.$disconnect()),
  };
}

/** Runs one statement within a transaction. Columns come as Prisma reads them. */
export function rowsWithin<Row extends object>(tx: Transaction, statement: Sql): Promise<Row[]> {
  const { template, values } = statementOf(statement);
  return tx.$queryRawUnsafe<Row[]>(template.text, ...values);
}

/** Tries it again, a bounded number of times, when the database asks for that: it has to be all or nothing. */
export async function withRetry<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await attempt();
    } catch (error) {
      if (tried >= transactionTries || !isTransient(error)) throw error;
      await delay(2 ** tried * 5 * (1 + Math.random()));
    }
  }
}
