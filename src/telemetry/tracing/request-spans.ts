import {
  defaultTextMapGetter,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  type TracerProvider,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { failureOf } from '../failure.js';
import { below, fail, runIn, type Scope, startSpan } from './spans.js';
import type { OperationFacts, RequestTrace, Tracing } from './tracing.js';

const propagator = new W3CTraceContextPropagator();
/** A document may name its operation as it likes. */

/** Names and attributes are OpenTelemetry's semantic conventions; no URL, no header, no document, no variable is among them. */
export function beginRequest(
  provider: TracerProvider,
  { method, headers, id }: Parameters<Tracing['request']>[0],
): RequestTrace {
  const caller = { provider, context: propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter) };
  const span = startSpan(caller, 'http', method, {
    kind: SpanKind.SERVER,
    attributes: { 'http.request.method': method, 'stipend.request_id': id },
  });
  const scope = below(caller, span);
  return {
    traceId: span.spanContext().traceId,
    run: (work) => runIn(scope, work),
    operation: (facts, work) => runOperation(scope, facts, work),
    end: ({ route, status, outcome }) => {
      // Every route is a path as it stands: one that is no route may hold anything.
      if (route !== undefined) span.updateName(`${method} ${route}`).setAttribute('http.route', route);
      if (status !== undefined) span.setAttribute('http.response.status_code', status);
      span.setAttribute('stipend.outcome', outcome);
      if (status === undefined) fail(span, 'client_gone');
      else if (status >= 500) fail(span, String(status));
      span.end();
    },
  };
}

async function runOperation<T>(scope: Scope, facts: OperationFacts, work: () => Promise<T>): Promise<T> {
  const span = startSpan(scope, 'graphql', 'graphql', { kind: SpanKind.INTERNAL });
  try {
    const result = await runIn(below(scope, span), work);
    if (facts.errorCode !== undefined) fail(span, facts.errorCode);
    return result;
  } catch (error) {
    fail(span, failureOf(error).code);
    throw error;
  } finally {
    nameOperation(span, facts);
    span.end();
  }
}

/** What it is called is known only when the document has been read, which is part of the work. */
function nameOperation(span: Span, { operationName: name, operationType }: OperationFacts): void {
  if (operationType === undefined) return;
  span.updateName(name === undefined ? operationType : `${operationType} ${name}`);
  span.setAttribute('graphql.operation.type', operationType);
  if (name !== undefined) span.setAttribute('graphql.operation.name', name);
}
