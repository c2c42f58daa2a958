import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Context,
  type Span,
  type SpanOptions,
  SpanStatusCode,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';
import { databaseFault } from '../../database/database-errors.js';

/**
 * On whose behalf something runs. It is kept here and not by OpenTelemetry's own context manager, of which a process has
 * one: servers in one process don't meet, and what runs outside of a traced request is let alone.
 */
export interface Scope {
  readonly provider: TracerProvider;
  /** Holds the span that new spans stand below. */
  readonly context: Context;
}

const scopes = new AsyncLocalStorage<Scope>();

/** @returns undefined for what runs on no traced request's behalf */
export function currentScope(): Scope | undefined {
  return scopes.getStore();
}

export function runIn<T>(scope: Scope, work: () => T): T {
  return scopes.run(scope, work);
}

export function below(scope: Scope, span: Span): Scope {
  return { ...scope, context: trace.setSpan(scope.context, span) };
}

/** @param layer whose span it is */
export function startSpan(
  { provider, context }: Scope,
  layer: 'http' | 'graphql' | 'prisma' | 'pg',
  name: string,
  options: SpanOptions,
): Span {
  return provider.getTracer(`stipend/${layer}`).startSpan(name, options, context);
}

/** Only what kind of failure it was: messages quote values. */
export function fail(span: Span, type: string): void {
  span.setStatus({ code: SpanStatusCode.ERROR }).setAttribute('error.type', type);
}

/** Ends the span when the work is over, a promise's work included. */
export function endAfter<T>(span: Span, work: () => T): T {
  try {
    const result = work();
    if (result instanceof Promise) {
      result.then(
        () => span.end(),
        (error: unknown) => endFailed(span, error),
      );
    } else {
      span.end();
    }
    return result;
  } catch (error) {
    endFailed(span, error);
    throw error;
  }
}

export function endFailed(span: Span, error: unknown): void {
  const sqlState = databaseFault(error)?.sqlState;
  if (sqlState !== undefined) span.setAttribute('db.response.status_code', sqlState);
  fail(span, sqlState ?? (error instanceof Error ? error.name : 'unknown'));
  span.end();
}
