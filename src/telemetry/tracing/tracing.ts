import type { IncomingHttpHeaders } from 'node:http';
import type { OperationTypeNode } from 'graphql';
import type { StatementTracing } from '../../database/statement-tracing.js';
import type { Secret } from '../../values/secret.js';

/** Where traces go. */
export interface TracingOptions {
  /** The collector's base URL, which `/v1/traces` is added to. */
  endpoint: string;
  protocol: 'http/protobuf' | 'http/json';
  /** `name=value` pairs that are sent along, separated by commas. */
  headers: Secret | undefined;
  serviceName: string;
}

/** What of a request and its SQL is traced. Nothing here loads OpenTelemetry: where it is not asked for, it is not there. */
export interface Tracing {
  /** Begins a request's span, below the one that its `traceparent` names. */
  request(request: { method: string; headers: IncomingHttpHeaders; id: string }): RequestTrace;
  /** What the database's pool does to trace statements; undefined where nothing is to be patched. */
  readonly statements: StatementTracing | undefined;
  /** Sends what is left, where that takes no long time. */
  close(): Promise<void>;
}

/** What is said of an operation once it has run. */
export interface OperationFacts {
  operationName?: string;
  operationType?: OperationTypeNode;
  /** The first error's code. */
  errorCode?: string;
}

export interface RequestTrace {
  /** For the log. */
  readonly traceId: string | undefined;
  /** Has the spans of all that the work does, also later, stand below the request's. */
  run<T>(work: () => T): T;
  /** Runs a GraphQL operation in a span of its own, which the facts name when it is over. */
  operation<T>(facts: OperationFacts, work: () => Promise<T>): Promise<T>;
  /** @param answer without a status when the client went before its answer */
  end(answer: { route: string | undefined; status: number | undefined; outcome: string }): void;
}

export const noTrace: RequestTrace = {
  traceId: undefined,
  run: (work) => work(),
  operation: (_facts, work) => work(),
  end: () => {},
};

export const noTracing: Tracing = {
  request: () => noTrace,
  statements: undefined,
  close: async () => {},
};
