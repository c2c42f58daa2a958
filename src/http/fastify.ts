import { Server as TlsServer } from 'node:tls';
import cors from '@fastify/cors';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Admission } from './admission.js';
import { largestBodyBytes } from './body-limits.js';
import { createBoundedServer } from './bounded-server.js';
import type { Connections } from './connections.js';
import { answerMalformed, malformedBody } from './malformed.js';
import { refusePreflights } from './preflights.js';
import { requestIdFrom } from './requests.js';
import type { ServerOptions } from './server-options.js';
import { readTls, watchTls } from './tls.js';

interface HttpParts {
  admission: Admission;
  connections: Connections;
  headers: Readonly<Record<string, string>>;
}

/** @param onEnd is called with what has to be ended with the server */
export function createFastify(
  options: ServerOptions,
  { admission, connections, headers }: HttpParts,
  onEnd: (end: () => void) => void,
): FastifyInstance {
  const { trustedProxies, tls, log } = options;
  return Fastify({
    logger: false,
    bodyLimit: largestBodyBytes,
    serverFactory: (handler) => {
      const server = createBoundedServer(admission.guard(handler), connections, tls && readTls(tls));
      if (tls && server instanceof TlsServer) onEnd(watchTls(server, tls, log));
      return server;
    },
    forceCloseConnections: 'idle',
    trustProxy: trustedProxies.length > 0 ? trustedProxies : false,
    clientErrorHandler: (error, socket) => answerMalformed(error, socket, headers),
    // A path that can't be decoded has no route, and so no hook.
    frameworkErrors: (_error, _request, { raw }) => {
      const length = Buffer.byteLength(malformedBody);
      const own = { 'content-type': 'application/json; charset=utf-8', 'content-length': length };
      raw.writeHead(400, { ...headers, ...own }).end(malformedBody);
    },
    exposeHeadRoutes: false,
    // Admission sees to it, in GraphQL's form.
    return503OnClosing: false,
    genReqId: ({ headers }) => requestIdFrom(headers['x-request-id']),
  });
}

/** The headers of every answer, and CORS for the origins that are named. */
export async function addHeaders(
  fastify: FastifyInstance,
  { corsOrigins, log }: ServerOptions,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  fastify.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers);
    done();
  });
  refusePreflights(fastify, corsOrigins, log);
  if (corsOrigins.length === 0) return;
  await fastify.register(cors, {
    origin: corsOrigins,
    methods: ['GET', 'POST'],
    exposedHeaders: ['x-request-id', 'retry-after', 'date'],
    maxAge: 600,
    // The strict answer to an OPTIONS that is no preflight is plain text, and here all answers are JSON or empty.
    strictPreflight: false,
  });
}
