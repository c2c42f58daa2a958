import type pg from 'pg';
import { notConnected } from './database-errors.js';
import type { StatementTracing } from './statement-tracing.js';

// What is put around `connect` of a pool.

/** Whoever returns a connection runs the next statement that waits for one, which belongs to another request. */
export function bindWaiting(pool: pg.Pool, { bound }: StatementTracing): void {
  const { connect } = pool;
  Object.assign(pool, {
    connect: (...args: unknown[]): unknown => Reflect.apply(connect, pool, args.map(bound)),
  });
}

/** Whatever fails while a connection is opened, or waited for, has done nothing. */
export function tellNotConnected(pool: pg.Pool, onFailure: (error: unknown) => void): void {
  const connect: (callback: (...results: unknown[]) => void) => void = pool.connect.bind(pool);
  const told = (callback: (...results: unknown[]) => void) =>
    connect((error, ...rest) => {
      if (error) onFailure(error);
      callback(error ? notConnected(error) : error, ...rest);
    });
  Object.assign(pool, {
    connect: (callback?: (...results: unknown[]) => void): unknown => {
      if (callback) return told(callback);
      return new Promise((resolve, reject) => {
        told((error, client) => (error ? reject(error) : resolve(client)));
      });
    },
  });
}
