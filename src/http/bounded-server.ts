import { createServer as createHttpServer, type Server as HttpServer, type RequestListener } from 'node:http';
import {
  createServer as createHttpsServer,
  type Server as HttpsServer,
  type ServerOptions,
} from 'node:https';
import { type ConnectionLimits, Connections } from './connections.js';

/** Of every port that something listens on: a client that sends slowly, or not at all, is not waited for. */
const limits = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  connectionsCheckingInterval: 1_000,
  // Node's own refusal has no body: who needs a Host asks for it.
  requireHostHeader: false,
};
/** Connections that wait to be taken. */
export const backlog = 2_000;

/** Of a port beside the API's. */
const defaultLimits: ConnectionLimits = {
  maxConnections: 2_000,
  maxPerAddress: 1_800,
  keepAliveSeconds: 30,
  isProxy: () => false,
};

/** @param tls set, it speaks HTTPS */
export function createBoundedServer(
  listener: RequestListener,
  connections: Connections = new Connections(defaultLimits),
  tls?: ServerOptions | undefined,
): HttpServer | HttpsServer {
  const server = tls
    ? createHttpsServer({ ...limits, handshakeTimeout: limits.headersTimeout, ...tls }, listener)
    : createHttpServer(limits, listener);
  connections.watch(server);
  // Their size is bounded. Node would leave out those above a number of them, `Host` among them, without a word.
  server.maxHeadersCount = 0;
  // A server may leave an expectation that it does not know unmet (RFC 9110 section 10.1.1); Node's refusal has no body.
  server.on('checkExpectation', (...exchange) => server.emit('request', ...exchange));
  return server;
}
