import type { AddressInfo } from 'node:net';
import { Server as TlsServer } from 'node:tls';
import cors from '@fastify/cors';
import Fastify, { type FastifyInstance } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import { publicJwkSet } from '../accounts/keys/key-ring.js';
import { bearerToken } from '../accounts/tokens/bearer.js';
import { createApollo } from '../graphql/apollo.js';
import type { Deps } from '../graphql/context.js';
import type { DocumentLimits } from '../graphql/document-limits.js';
import { createDocuments, type Documents } from '../graphql/documents.js';
import { createFormatError } from '../graphql/format-error.js';
import { createKnownOperations } from '../graphql/known-operations.js';
import { openTrustedDocuments } from '../graphql/trusted-documents.js';
import type { Logger } from '../telemetry/log.js';
import type { Metrics } from '../telemetry/metrics.js';
import type { Tracing } from '../telemetry/tracing/tracing.js';
import type { Secret } from '../values/secret.js';
import { Admission } from './admission.js';
import { backlog, createBoundedServer } from './bounded-server.js';
import { Connections } from './connections.js';
import { addConsoleFiles, consoleDocuments } from './console/console-files.js';
import { readCredentials } from './console/console-requests.js';
import { addConsoleSession } from './console/console-session.js';
import { drain } from './drain.js';
import { addGraphQLRoute } from './graphql-route.js';
import { answerInJson, largestBodyBytes } from './json-answers.js';
import { answerMalformed, malformedBody } from './malformed.js';
import { addMetricsRoute, serveMetrics } from './metrics-route.js';
import { refusePreflights } from './preflights.js';
import { requestIdFrom, watchRequests } from './requests.js';
import { securityHeaders } from './security-headers.js';
import { readTls, serveRedirects, type TlsFiles, warnOfOpenKey, watchTls } from './tls.js';
import { createProxyCheck } from './trusted-proxies.js';

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
  /** File with the only documents that are served. */
  trustedDocuments: string | undefined;
  /** How long an operation may take. */
  operationTimeoutSeconds: number;
  /** Requests that are served at the same time. */
  maxRequests: number;
  maxConnections: number;
  /** Of these, for one address. */
  maxRequestsPerAddress: number;
  maxConnectionsPerAddress: number;
  /** How long a connection may wait for its next request. */
  keepAliveSeconds: number;
  /** How long requests in flight are waited for at a stop. */
  drainSeconds: number;
  /** Whether the database answers: what `/readyz` tells a load balancer. */
  isReady(): Promise<boolean>;
  metrics: Metrics;
  tracing: Tracing;
  /** Opens `/metrics`. */
  metricsToken: Secret | undefined;
  /** Serves the metrics on a port of its own. */
  metricsPort: number | undefined;
  /** Set, it serves HTTPS. */
  tls: TlsFiles | undefined;
  /** Answers plain HTTP with a redirect. */
  redirectPort: number | undefined;
  publicUrl: string | undefined;
  /** Serves the web console, and its sessions. */
  console: boolean;
}

export interface Server {
  /** Where it listens: `http://127.0.0.1:4000`. */
  readonly url: string;
  /** Takes no new requests, and resolves when those in flight are answered, or have had their time. */
  stop(): Promise<void>;
}

/**
 * @throws Error with `code` EADDRINUSE and the like when it can't listen
 * @throws ConfigError when the TLS files or the list of trusted documents are not sound
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { schema, deps, log, documentLimits, metrics, tracing, metricsToken } = options;
  const documents = createDocuments(schema, documentLimits);
  const trusted = openTrusted(options, documents);
  const formatError = createFormatError(log, { hideSchema: !options.introspection });
  const apollo = createApollo({ ...options, formatError });
  await apollo.start();
  const endings: Array<() => void | Promise<void>> = [() => trusted?.close()];
  const headers = {
    ...securityHeaders({ sandbox: options.sandbox, https: options.tls !== undefined }),
    // Whatever says nothing else of itself.
    'cache-control': 'no-store',
  };
  const isProxy = createProxyCheck(options.trustedProxies);
  const connections = new Connections({
    maxConnections: options.maxConnections,
    maxPerAddress: options.maxConnectionsPerAddress,
    keepAliveSeconds: options.keepAliveSeconds,
    isProxy,
  });
  const admission = new Admission({
    maxRequests: options.maxRequests,
    maxPerAddress: options.maxRequestsPerAddress,
    isProxy,
    connections,
    headers,
    onRefused: metrics.refused,
    log,
  });
  const fastify = createFastify(options, { admission, connections, headers }, (end) => endings.push(end));
  let stopping = false;
  watchRequests(fastify, log, metrics, tracing);
  await addHeaders(fastify, options, headers);
  metrics.watchInFlight(() => admission.inFlight);
  admission.watch(fastify);
  answerInJson(fastify, log);
  addHealth(fastify, async () => !stopping && !admission.isStuck && (await options.isReady()));
  addJwks(fastify, deps);
  addGraphQLRoute(fastify, {
    apollo,
    deps,
    trusted,
    formatError,
    documents,
    known: createKnownOperations(schema),
    readCredentials: options.console
      ? (request) => readCredentials(request, options.publicUrl)
      : ({ raw }) => ({ token: bearerToken(raw), byCookie: false }),
    operationTimeoutSeconds: options.operationTimeoutSeconds,
    sandbox: options.sandbox,
    maxAnswerBytes: documentLimits.answerBytes,
  });
  if (options.console) {
    addConsoleSession(fastify, options);
    await addConsoleFiles(fastify, log);
  }
  if (metricsToken) addMetricsRoute(fastify, metrics.registry, metricsToken);
  const stop = async () => {
    stopping = true;
    admission.stop();
    await drain(fastify, connections, options.drainSeconds);
    for (const end of endings) await end();
    await apollo.stop();
  };
  if (options.tls) warnOfOpenKey(options.tls, log);
  try {
    await fastify.listen({ host: options.host, port: options.port, backlog });
    endings.push(...(await serveBeside(fastify, options)));
    return { url: listeningUrl(fastify, options.tls !== undefined), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function openTrusted({ trustedDocuments: path, console, log }: ServerOptions, documents: Documents) {
  if (path === undefined) return undefined;
  return openTrustedDocuments({ path, documents, more: console ? consoleDocuments() : [], log });
}

/** What listens on ports of its own. @returns how to stop it */
async function serveBeside(
  fastify: FastifyInstance,
  options: ServerOptions,
): Promise<Array<() => Promise<void>>> {
  const { host, metrics, metricsPort, redirectPort, publicUrl } = options;
  const stops: Array<() => Promise<void>> = [];
  if (metricsPort !== undefined) stops.push(await serveMetrics(metrics.registry, host, metricsPort));
  if (redirectPort !== undefined) {
    stops.push(await serveRedirects(host, redirectPort, { publicUrl, httpsPort: addressOf(fastify).port }));
  }
  return stops;
}

interface HttpParts {
  admission: Admission;
  connections: Connections;
  headers: Readonly<Record<string, string>>;
}

function createFastify(
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
async function addHeaders(
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

const withHead = { exposeHeadRoute: true };

function addHealth(fastify: FastifyInstance, isReady: () => Promise<boolean>): void {
  fastify.get('/healthz', withHead, (_request, reply) => reply.send({ status: 'ok' }));
  fastify.get('/readyz', withHead, async (_request, reply) => {
    const ready = await isReady();
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ok' : 'unavailable' });
  });
}

/** The public keys, with which another service checks a token without a secret. */
function addJwks(fastify: FastifyInstance, { keyRing }: Deps): void {
  fastify.get('/.well-known/jwks.json', withHead, (_request, reply) =>
    reply.header('cache-control', 'public, max-age=300').send(publicJwkSet(keyRing.current)),
  );
}

function addressOf(fastify: FastifyInstance): AddressInfo {
  const address = fastify.server.address();
  if (address === null || typeof address === 'string')
    throw new Error('the server does not listen on a port');
  return address;
}

function listeningUrl(fastify: FastifyInstance, secure: boolean): string {
  const { address, port } = addressOf(fastify);
  const reachable = address === '0.0.0.0' || address === '::' ? 'localhost' : address;
  return `${secure ? 'https' : 'http'}://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}
