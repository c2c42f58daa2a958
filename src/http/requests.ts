import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Viewer } from '../auth/viewer.js';
import type { Logger } from '../log.js';
import type { Metrics } from '../metrics.js';

/** What a log line and the figures say of a request, gathered while it is served. */
export interface RequestFacts {
  viewer?: Viewer;
  operationName?: string;
  /** True when the document is valid and the operation stands in it. */
  operationResolved?: boolean;
  /** The first error's code; absent when all went well. */
  errorCode?: string;
  /** True when the document itself was at fault, so that no operation ran. */
  documentRefused?: boolean;
}

declare module 'fastify' {
  interface FastifyRequest {
    facts: RequestFacts;
  }
}

const wellFormedId = /^[A-Za-z0-9._-]{1,64}$/;

/** The client's own id for the request, where it is one that can be repeated and logged; else a new one. */
export function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && wellFormedId.test(given) ? given : randomUUID();
}

/** One line for each request: never a token, a variable, or what the document says. */
export function watchRequests(fastify: FastifyInstance, log: Logger, metrics: Metrics): void {
  fastify.decorateRequest('facts');
  fastify.addHook('onRequest', (request, reply, done) => {
    request.facts = {};
    reply.header('x-request-id', request.id);
    done();
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    if (!isHealthCheck(request)) {
      const outcome = request.facts.errorCode ?? 'OK';
      metrics.request({ route: request.routeOptions.url ?? 'none', outcome }, reply.elapsedTime / 1000);
      log.info(lineOf(request, reply.statusCode, reply.elapsedTime), 'request');
    }
    done();
  });
}

function isHealthCheck({ routeOptions }: FastifyRequest): boolean {
  return routeOptions.url === '/healthz' || routeOptions.url === '/readyz';
}

function lineOf({ id, method, routeOptions, ip, facts }: FastifyRequest, status: number, elapsedMs: number) {
  const { viewer, operationName, errorCode } = facts;
  return {
    requestId: id,
    method,
    route: routeOptions.url ?? null,
    operation: operationName ?? null,
    user: viewer?.kind === 'signedIn' ? viewer.userId : null,
    ip,
    status,
    outcome: errorCode ?? 'OK',
    ms: Math.round(elapsedMs * 100) / 100,
  };
}
