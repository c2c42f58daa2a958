import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { bearerToken } from '../accounts/tokens/bearer.js';
import { createApollo } from '../graphql/apollo.js';
import { createDocuments, type Documents } from '../graphql/documents.js';
import { createFormatError } from '../graphql/format-error.js';
import { createKnownOperations } from '../graphql/known-operations.js';
import { openTrustedDocuments } from '../graphql/trusted-documents.js';
import { Admission } from './admission.js';
import { backlog } from './bounded-server.js';
import { Connections } from './connections.js';
import { addConsoleFiles, consoleDocuments } from './console/console-files.js';
import { readCredentials } from './console/console-requests.js';
import { addConsoleSession } from './console/console-session.js';
import { drain } from './drain.js';
import { addHeaders, createFastify } from './fastify.js';
import { addGraphQLRoute } from './graphql-route.js';
import { addHealth, addJwks } from './health.js';
import { answerInJson } from './json-answers.js';
import { addMetricsRoute, serveMetrics } from './metrics-route.js';
import { watchRequests } from './requests.js';
import { securityHeaders } from './security-headers.js';
import type { ServerOptions } from './server-options.js';
import { serveRedirects, warnOfOpenKey } from './tls.js';
import { createProxyCheck } from './trusted-proxies.js';

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
    pages: { sandbox: options.sandbox, console: options.console },
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
