/** The parts of a database error that a program can act on. */
export interface DatabaseFault {
  /** SQLSTATE, see PostgreSQL's appendix "Error Codes". */
  sqlState?: string;
  constraint?: string;
}

/** Reads the fault from an error of pg, of Prisma's driver adapter, or of Prisma's client. */
export function databaseFault(error: unknown): DatabaseFault | undefined {
  for (const link of causes(error)) {
    const sqlState = textProperty(link, 'originalCode') ?? textProperty(link, 'code');
    // Prisma's codes and EPIPE have the form of a SQLSTATE. The database's own code is further down the causes.
    if (sqlState !== undefined && /^(?!P[1-9]|E)[0-9A-Z]{5}$/.test(sqlState)) {
      const constraint =
        textProperty(link, 'constraint') ?? constraintIn(textProperty(link, 'originalMessage'));
      return { sqlState, ...(constraint !== undefined && { constraint }) };
    }
  }
  return undefined;
}

/**
 * SQLSTATE classes and codes that mean that the server is unavailable, not that the statement is wrong: connection
 * exceptions, insufficient resources, shutdown and start-up, timeouts, recovery.
 */
const unavailableStates = /^(08|53|57P0|57014|55P03|25006|25P03|25P04|58)/;

/** Unreachable, timed out, connection closed, pool timed out, no connection for a transaction. */
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

/** Whether the database is unavailable, so that the caller may retry. */
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
 * SQLSTATE classes that mean that the statement itself failed and had no effect: cardinality, data, constraints, rollbacks
 * other than 40003 (completion unknown), WITH CHECK OPTION, privileges and syntax, limits, PL/pgSQL.
 */
const refusedStates = /^(21|22|23|40(?!003)|44|42|54|P0)/;

/**
 * @param cause why no connection could be had
 * @returns an error that means that nothing was sent, in the form of PostgreSQL's own, which Prisma passes on
 */
export function notConnected(cause: unknown): Error {
  const reason = cause instanceof Error ? cause.message : 'unknown';
  return Object.assign(new Error(`no connection: ${reason}`, { cause }), {
    code: '08001',
    severity: 'FATAL',
  });
}

/** Whether PostgreSQL rejected the statement itself, which had no effect. */
export function isRefused(error: unknown): boolean {
  return refusedStates.test(databaseFault(error)?.sqlState ?? '');
}

/** Whether the statement waited too long for a lock, and had no effect. */
export function isLockedOut(error: unknown): boolean {
  return databaseFault(error)?.sqlState === '55P03';
}

/** Whether the same transaction may succeed when retried: serialization failure, deadlock. */
export function isTransient(error: unknown): boolean {
  const state = databaseFault(error)?.sqlState;
  return state === '40001' || state === '40P01' || codeOf(error) === 'P2034';
}

function codeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null ? textProperty(error, 'code') : undefined;
}

/** The error and its causes; Prisma's adapter keeps the cause in `meta.driverAdapterError.cause`. */
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

/** Where Prisma's adapter passes on only PostgreSQL's message, the constraint is read from it. */
function constraintIn(message: string | undefined): string | undefined {
  return message?.split('constraint "', 2)[1]?.split('"', 1)[0];
}
