import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { RequestFacts } from '../graphql/request-facts.js';
import type { Logger } from '../telemetry/log.js';
import type { Metrics } from '../telemetry/metrics.js';
import { noTrace, noTracing, type RequestTrace, type Tracing } from '../telemetry/tracing/tracing.js';

/** What a log line and the figures say of a request, gathered while it is served. */
interface HttpRequestFacts extends RequestFacts {
  /** Of Fastify's routes; absent where there is none at this path. Asked once: Fastify makes an object each time. */
  readonly route: string | undefined;
  trace: RequestTrace;
  /** Whether an admin sends more than others may. */
  isUpload?: boolean;
}

declare module 'fastify' {
  interface FastifyRequest {
    facts: HttpRequestFacts;
  }
}

const wellFormedId = /^[A-Za-z0-9._-]{1,64}$/;

/** The client's own id for the request, where it is one that can be repeated and logged; else a new one. */
export function requestIdFrom(given: string | string[] | undefined): string {
  return typeof given === 'string' && wellFormedId.test(given) ? given : randomUUID();
}

/** One line for each request: never a token, a variable, or what the document says. */
export function watchRequests(
  fastify: FastifyInstance,
  log: Logger,
  metrics: Metrics,
  tracing: Tracing,
): void {
  fastify.decorateRequest('facts');
  fastify.addHook('onRequest', (request, reply, done) => {
    const { url: route } = request.routeOptions;
    request.facts = { route, trace: noTrace };
    if (tracing !== noTracing && !isHealthCheck(request)) beginTrace(tracing, request, reply);
    reply.header('x-request-id', request.id);
    done();
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    if (!isHealthCheck(request)) {
      const { route = 'none', errorCode: outcome = 'OK' } = request.facts;
      const { elapsedTime: elapsedMs } = reply;
      metrics.request({ route, outcome }, elapsedMs / 1000);
      log.info(lineOf(request, reply.statusCode, elapsedMs), 'request');
    }
    done();
  });
}

/** A client that goes before its answer ends the trace too, which is no response to Fastify. */
function beginTrace(tracing: Tracing, request: FastifyRequest, reply: FastifyReply): void {
  const trace = tracing.request(request);
  const { facts } = request;
  facts.trace = trace;
  reply.raw.once('close', () =>
    trace.end({
      route: facts.route,
      status: reply.raw.writableFinished ? reply.statusCode : undefined,
      outcome: facts.errorCode ?? 'OK',
    }),
  );
}

function isHealthCheck({ facts: { route } }: FastifyRequest): boolean {
  return route === '/healthz' || route === '/readyz';
}

function lineOf({ id, method, ip, facts }: FastifyRequest, status: number, elapsedMs: number) {
  const { route, viewer, operationName, errorCode, trace } = facts;
  return {
    requestId: id,
    ...(trace.traceId !== undefined && { traceId: trace.traceId }),
    method,
    route: route ?? null,
    operation: operationName ?? null,
    user: viewer?.kind === 'signedIn' ? viewer.userId : null,
    ip,
    status,
    outcome: errorCode ?? 'OK',
    ms: Math.round(elapsedMs * 100) / 100,
  };
}
