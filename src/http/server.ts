import type { AddressInfo } from 'node:net';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import Fastify, { type FastifyInstance } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import { publicJwkSet } from '../auth/keys/key-ring.js';
import type { Secret } from '../config.js';
import type { Deps } from '../context.js';
import { AppError } from '../errors.js';
import { createApollo } from '../graphql/apollo.js';
import type { DocumentLimits } from '../graphql/document-limits.js';
import { createDocuments } from '../graphql/documents.js';
import type { Logger } from '../log.js';
import type { Metrics } from '../metrics.js';
import { admitAtMost } from './admission.js';
import { sendRefusal } from './answers.js';
import { addGraphQLRoute } from './graphql-route.js';
import { addMetricsRoute, serveMetrics } from './metrics-route.js';
import { requestIdOf, watchRequests } from './requests.js';

export interface ServerOptions {
  schema: GraphQLSchema;
  deps: Deps;
  log: Logger;
  host: string;
  port: number;
  corsOrigins: string[];
  /** Whose X-Forwarded-For counts. */
  trustedProxies: string[];
  sandbox: boolean;
  introspection: boolean;
  documentLimits: DocumentLimits;
  /** Requests that are served at the same time. */
  mostRequests: number;
  /** How long requests in flight are waited for at a stop. */
  drainSeconds: number;
  /** Whether the database answers: what `/readyz` tells a load balancer. */
  isReady(): Promise<boolean>;
  metrics: Metrics;
  /** Opens `/metrics`. */
  metricsToken: Secret | undefined;
  /** Serves the metrics on a port of its own. */
  metricsPort: number | undefined;
}

export interface Server {
  /** Where it listens: `http://127.0.0.1:4000`. */
  readonly url: string;
  /** Takes no new requests, and resolves when those in flight are answered, or have had their time. */
  stop(): Promise<void>;
}

const largestBodyBytes = 256 * 1024;
const largestHeaderBytes = 16 * 1024;
const headersWithinMs = 10_000;
const requestWithinMs = 20_000;
const keepAliveMs = 30_000;
const mostConnections = 2_000;

/** @throws Error with `code` EADDRINUSE and the like when it can't listen */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { schema, deps, log, documentLimits, metrics, metricsToken, metricsPort } = options;
  const apollo = createApollo(options);
  await apollo.start();
  const fastify = createFastify(options);
  let stopping = false;
  watchRequests(fastify, log, metrics);
  await addHeaders(fastify, options);
  metrics.watchInFlight(admitAtMost(fastify, options.mostRequests));
  answerInJson(fastify, log);
  addHealth(fastify, async () => !stopping && (await options.isReady()));
  addJwks(fastify, deps);
  addGraphQLRoute(fastify, { apollo, deps, documents: createDocuments(schema, documentLimits) });
  if (metricsToken) addMetricsRoute(fastify, metrics.registry, metricsToken);
  await fastify.listen({ host: options.host, port: options.port });
  const stopMetrics =
    metricsPort === undefined ? undefined : await serveMetrics(metrics.registry, options.host, metricsPort);
  return {
    url: listeningUrl(fastify),
    stop: async () => {
      stopping = true;
      await drain(fastify, options.drainSeconds);
      await stopMetrics?.();
      await apollo.stop();
    },
  };
}

function createFastify({ trustedProxies }: ServerOptions): FastifyInstance {
  const fastify = Fastify({
    logger: false,
    bodyLimit: largestBodyBytes,
    requestTimeout: requestWithinMs,
    keepAliveTimeout: keepAliveMs,
    http: {
      headersTimeout: headersWithinMs,
      maxHeaderSize: largestHeaderBytes,
      connectionsCheckingInterval: 1_000,
    },
    forceCloseConnections: 'idle',
    trustProxy: trustedProxies.length > 0 ? trustedProxies : false,
    exposeHeadRoutes: false,
    return503OnClosing: true,
    genReqId: requestIdOf,
  });
  fastify.server.maxConnections = mostConnections;
  return fastify;
}

/** Security headers, and CORS for the origins that are named. Apollo Sandbox's page loads its program from Apollo. */
async function addHeaders(fastify: FastifyInstance, { corsOrigins, sandbox }: ServerOptions): Promise<void> {
  await fastify.register(helmet, {
    contentSecurityPolicy: sandbox
      ? false
      : { directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    crossOriginEmbedderPolicy: false,
    strictTransportSecurity: false,
  });
  await fastify.register(cors, { origin: corsOrigins, methods: ['GET', 'POST'], maxAge: 600 });
}

/** What never reaches GraphQL is answered in its form all the same. */
function answerInJson(fastify: FastifyInstance, log: Logger): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) =>
    done(null, body),
  );
  fastify.addHook('onRequest', (request, reply, done) => {
    const encoding = request.headers['content-encoding'];
    if (encoding === undefined || encoding === 'identity') return done();
    sendRefusal(reply, new AppError('BAD_USER_INPUT', 'The body is compressed; send it as it is.'), 415);
  });
  fastify.setNotFoundHandler((_request, reply) =>
    sendRefusal(reply, new AppError('NOT_FOUND', 'There is nothing here. The API is at /graphql.')),
  );
  fastify.setErrorHandler((error, request, reply) => {
    const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
    if (status >= 400 && status < 500) {
      request.facts.errorCode = 'BAD_USER_INPUT';
      const message = httpFaults.get(status) ?? 'The request is not well-formed.';
      return sendRefusal(reply, new AppError('BAD_USER_INPUT', message), status);
    }
    request.facts.errorCode = 'INTERNAL_SERVER_ERROR';
    log.error({ err: error, requestId: request.id }, 'a request failed');
    return sendRefusal(reply, error, 500);
  });
}

const httpFaults = new Map([
  [413, `The request is larger than ${largestBodyBytes} bytes.`],
  [415, 'The request is not of the type application/json.'],
]);

function addHealth(fastify: FastifyInstance, isReady: () => Promise<boolean>): void {
  fastify.get('/healthz', (_request, reply) => reply.send({ status: 'ok' }));
  fastify.get('/readyz', async (_request, reply) => {
    const ready = await isReady();
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ok' : 'unavailable' });
  });
}

/** The public keys, with which another service checks a token without a secret. */
function addJwks(fastify: FastifyInstance, { keyRing }: Deps): void {
  fastify.get('/.well-known/jwks.json', (_request, reply) =>
    reply.header('cache-control', 'public, max-age=300').send(publicJwkSet(keyRing.current)),
  );
}

/** Closes, and after a while closes what is still open too. */
async function drain(fastify: FastifyInstance, drainSeconds: number): Promise<void> {
  const deadline = setTimeout(() => fastify.server.closeAllConnections(), drainSeconds * 1_000);
  await fastify.close();
  clearTimeout(deadline);
}

function listeningUrl(fastify: FastifyInstance): string {
  const { address, port, family } = fastify.server.address() as AddressInfo;
  const reachable = address === '0.0.0.0' || address === '::' ? 'localhost' : address;
  return `http://${family === 'IPv6' && reachable === address ? `[${address}]` : reachable}:${port}`;
}
