/** What a database error says in a way that a program can act on. */
export interface DatabaseFault {
  /** SQLSTATE, see PostgreSQL's appendix "Error Codes". */
  sqlState?: string;
  constraint?: string;
}

/** Reads the fault from an error of pg's, of Prisma's driver adapter, or of Prisma's client. */
export function databaseFault(error: unknown): DatabaseFault | undefined {
  for (const link of causes(error)) {
    const sqlState = textProperty(link, 'originalCode') ?? textProperty(link, 'code');
    // A Prisma code has the form of a SQLSTATE: what the database said is further down its causes. So has EPIPE.
    if (sqlState !== undefined && /^(?!P[1-9]|E)[0-9A-Z]{5}$/.test(sqlState)) {
      const constraint =
        textProperty(link, 'constraint') ?? constraintIn(textProperty(link, 'originalMessage'));
      return { sqlState, ...(constraint !== undefined && { constraint }) };
    }
  }
  return undefined;
}

/**
 * SQLSTATE classes and codes that say that the server can't answer now, not that the statement is at fault: connection
 * exceptions, out of resources, shutdown and start-up, cancelled by a timeout, gone into recovery.
 */
const unavailableStates = /^(08|53|57P0|57014|55P03|25006|25P03|25P04|58)/;

/** Prisma's: can't reach, timed out, connection closed, pool timed out, transaction closed for lack of a connection. */
const unavailablePrismaCodes = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028']);

const unavailableSystemCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

const unavailableMessages =
  /Connection terminated|timeout expired|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error|not queryable/;

/** True when the database can't answer now: the caller may try again, and nothing is known of the statement's fault. */
export function isDatabaseUnavailable(error: unknown): boolean {
  return causes(error).some((link) => {
    const code = textProperty(link, 'originalCode') ?? textProperty(link, 'code');
    if (code !== undefined) {
      if (unavailablePrismaCodes.has(code) || unavailableSystemCodes.has(code)) return true;
      if (/^[0-9A-Z]{5}$/.test(code) && unavailableStates.test(code)) return true;
    }
    return link instanceof Error && unavailableMessages.test(link.message);
  });
}

/**
 * Classes of SQLSTATE that say that a statement was not done for what is in it or what stood in its way: cardinality,
 * data, constraints, rollbacks but those of which nothing is known (40003), views' conditions, rights and syntax, limits,
 * PL/pgSQL.
 */
const refusedStates = /^(21|22|23|40(?!003)|44|42|54|P0)/;

/** True when PostgreSQL has refused a statement for what is in it: nothing of it was done. */
export function isRefused(error: unknown): boolean {
  return refusedStates.test(databaseFault(error)?.sqlState ?? '');
}

/** True when a lock that the statement needs was held for longer than it may wait: nothing of it was done. */
export function isLockedOut(error: unknown): boolean {
  return databaseFault(error)?.sqlState === '55P03';
}

/** True when the same transaction, tried again, may well succeed: serialization failure, deadlock. */
export function isTransient(error: unknown): boolean {
  const state = databaseFault(error)?.sqlState;
  return state === '40001' || state === '40P01' || codeOf(error) === 'P2034';
}

function codeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null ? textProperty(error, 'code') : undefined;
}

/** The error and what it says caused it; Prisma's adapter keeps that under `meta.driverAdapterError.cause`. */
function causes(error: unknown): object[] {
  const chain: object[] = [];
  const queue: unknown[] = [error];
  while (queue.length > 0 && chain.length < 10) {
    const link = queue.shift();
    if (typeof link !== 'object' || link === null || chain.includes(link)) continue;
    chain.push(link);
    for (const key of ['cause', 'meta', 'driverAdapterError', 'errors']) {
      const next: unknown = Reflect.get(link, key);
      if (Array.isArray(next)) queue.push(...next);
      else queue.push(next);
    }
  }
  return chain;
}

function textProperty(value: object, key: string): string | undefined {
  const property: unknown = Reflect.get(value, key);
  return typeof property === 'string' ? property : undefined;
}

/** PostgreSQL's message names the constraint where Prisma's adapter passes on no more than the message. */
function constraintIn(message: string | undefined): string | undefined {
  return message === undefined ? undefined : /constraint "([^"]+)"/.exec(message)?.[1];
}
