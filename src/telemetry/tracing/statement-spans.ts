import { AsyncResource } from 'node:async_hooks';
import { type Span, SpanKind } from '@opentelemetry/api';
import type { StatementTracing } from '../../database/statement-tracing.js';
import { currentScope, endAfter, endFailed, startSpan } from './spans.js';

export const statementTracing: StatementTracing = {
  traced:
    (send) =>
    (statement, ...rest) => {
      const span = beginStatement(typeof statement === 'string' ? statement : statement.text);
      if (!span) return send(statement, ...rest);
      const callback = rest.at(-1);
      if (typeof callback !== 'function') return endAfter(span, () => send(statement, ...rest));
      return send(statement, ...rest.slice(0, -1), (error: unknown, ...results: unknown[]) => {
        if (error) endFailed(span, error);
        else span.end();
        return Reflect.apply(callback, undefined, [error, ...results]);
      });
    },
  bound: (callback) => {
    if (typeof callback !== 'function') return callback;
    return AsyncResource.bind((...args: unknown[]) => Reflect.apply(callback, undefined, args));
  },
};

/**
 * Values are parameters and no part of the text, so that it can be shown.
 *
 * @returns undefined for what no traced request asks for
 */
function beginStatement(text: string): Span | undefined {
  const scope = currentScope();
  if (!scope) return undefined;
  const operation = /^\s*(\w+)/.exec(text)?.[1]?.toUpperCase() ?? 'SQL';
  return startSpan(scope, 'pg', `pg.query:${operation}`, {
    kind: SpanKind.CLIENT,
    attributes: {
      'db.system.name': 'postgresql',
      'db.operation.name': operation,
      'db.query.text': text,
    },
  });
}
