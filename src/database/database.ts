import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { PrismaPg } from '@prisma/adapter-pg';
import type { Sql } from '@prisma/client/runtime/client';
import pg from 'pg';
import { PrismaClient } from '../generated/prisma/client.js';
import { isReadTimeout, isTransient } from './database-errors.js';

export { empty, join, Sql, sqltag as sql } from '@prisma/client/runtime/client';

/** A Prisma client within a transaction: helpers take it and require it, so that none runs outside by mistake. */
export type Transaction = Parameters<Parameters<PrismaClient['$transaction']>[0]>[0];

export interface Database {
  /** For what is not hot: see docs/decisions/. */
  readonly prisma: PrismaClient;
  /** For libraries that bring SQL of their own. */
  readonly pool: pg.Pool;
  /**
   * Runs one statement on the pool that Prisma uses too, prepared once on each connection. Columns come as bigint for
   * BIGINT, `YYYY-MM-DD` for DATE, Date for TIMESTAMPTZ, Buffer for BYTEA.
   */
  rows<Row extends object>(statement: Sql): Promise<Row[]>;
  /** All or nothing; tried again, a bounded number of times, when the database asks for that. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  connection: pg.ClientConfig;
  poolSize: number;
  /** An operation's statement that runs longer is ended by the server. */
  statementTimeoutMs: number;
  /** An idle connection that broke. The pool makes a new one. */
  onConnectionLost: (error: Error) => void;
  /** Every statement that is sent, for tests that count them. */
  onStatement?: (text: string) => void;
  /** How long a statement of `rows` took, a wait for a connection included. */
  onRows?: (seconds: number, failed: boolean) => void;
}

const transactionTries = 4;
const connectWithinMs = 5_000;

export function openDatabase(options: DatabaseOptions): Database {
  const pool = openPool(options);
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool, { statementNameGenerator: nameOf }) });
  return {
    prisma,
    pool,
    rows: async <Row extends object>(statement: Sql) => {
      const { text, values } = statement;
      const started = performance.now();
      let failed = true;
      try {
        const result = await pool.query<Row>({
          name: nameOf({ sql: text }),
          text,
          values,
          types: columnTypes,
        });
        failed = false;
        return result.rows;
      } finally {
        options.onRows?.((performance.now() - started) / 1000, failed);
      }
    },
    transaction: (work) =>
      withRetry(() =>
        prisma.$transaction(work, { timeout: options.statementTimeoutMs, maxWait: connectWithinMs }),
      ),
    close: async () => {
      // The pool's end is not awaited by its connections: a server that stops next may cut them off, and that is no loss.
      pool.off('error', options.onConnectionLost).on('error', () => {});
      await prisma.$disconnect();
      await pool.end();
    },
  };
}

function openPool({
  connection,
  poolSize,
  statementTimeoutMs,
  onConnectionLost,
  onStatement,
}: DatabaseOptions): pg.Pool {
  const pool = new pg.Pool({
    ...connection,
    // Whatever the server's default: what waits for a lock is to see what it waited for.
    options: [connection.options ?? '', '-c default_transaction_isolation=read\\ committed'].join(' '),
    max: poolSize,
    connectionTimeoutMillis: connectWithinMs,
    statement_timeout: statementTimeoutMs,
    // The server's own timeout answers first; this one is for a server that has gone silent.
    query_timeout: statementTimeoutMs + 500,
    idle_in_transaction_session_timeout: 15_000,
    keepAlive: true,
    application_name: 'stipend',
  });
  pool.on('error', onConnectionLost);
  pool.on('connect', (client) => watchStatements(client, onStatement));
  pool.on('release', (_error, client) => {
    // What the next one to have this connection writes would be part of a transaction that nobody commits.
    if (client.getTransactionStatus() !== 'I') void client.end();
  });
  return pool;
}

/**
 * Ends a connection on which an answer was given up for. Prisma's transactions would hand it back to the pool with the
 * question still open, and its late answer, or a transaction amid which it came, would meet whoever has it next.
 */
function watchStatements(client: pg.PoolClient, onStatement?: (text: string) => void): void {
  const query = client.query.bind(client) as (...args: unknown[]) => unknown;
  const watching = (statement: string | { text: string }, ...rest: unknown[]) => {
    onStatement?.(typeof statement === 'string' ? statement : statement.text);
    const answer = query(statement, ...rest);
    if (answer instanceof Promise) answer.catch((error) => isReadTimeout(error) && void client.end());
    return answer;
  };
  Object.assign(client, { query: watching });
}

async function withRetry<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await attempt();
    } catch (error) {
      if (tried >= transactionTries || !isTransient(error)) throw error;
      await delay(2 ** tried * 5 * (1 + Math.random()));
    }
  }
}

const statementNames = new Map<string, string>();
const mostStatementNames = 500;

/** One name for one text, so that PostgreSQL parses and plans it once on each connection. */
function nameOf({ sql }: { sql: string }): string {
  const known = statementNames.get(sql);
  if (known !== undefined) return known;
  const name = createHash('sha256').update(sql).digest('base64url');
  if (statementNames.size < mostStatementNames) statementNames.set(sql, name);
  return name;
}

const { builtins } = pg.types;

const columnTypes: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') => {
    if (oid === builtins.INT8) return BigInt;
    if (oid === builtins.DATE) return (value: string) => value;
    return pg.types.getTypeParser(oid, format);
  },
};
