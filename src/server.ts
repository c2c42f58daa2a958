import type { AddressInfo } from 'node:net';
import { ApolloServer, HeaderMap, type HTTPGraphQLResponse } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default';
import cors from '@fastify/cors';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import { authenticate } from './auth/authenticate.js';
import { publicJwkSet } from './auth/keys/key-ring.js';
import { createContext, type Deps, type RequestContext } from './context.js';
import { AppError, formatError, toGraphQLError } from './errors.js';
import type { Logger } from './log.js';

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
  /** Whether the database answers: what `/readyz` tells a load balancer. */
  isReady(): Promise<boolean>;
}

export interface Server {
  /** Where it listens: `http://127.0.0.1:4000`. */
  readonly url: string;
  /** Takes no new requests, and resolves when those in flight are answered. */
  stop(): Promise<void>;
}

const largestBodyBytes = 256 * 1024;

/** @throws Error with `code` EADDRINUSE and the like when it can't listen */
export async function startServer(options: ServerOptions): Promise<Server> {
  const apollo = createApollo(options);
  await apollo.start();
  const fastify = Fastify({
    logger: false,
    bodyLimit: largestBodyBytes,
    forceCloseConnections: 'idle',
    trustProxy: options.trustedProxies.length > 0 ? options.trustedProxies : false,
    exposeHeadRoutes: false,
    return503OnClosing: true,
  });
  await fastify.register(cors, { origin: options.corsOrigins, methods: ['GET', 'POST'], maxAge: 600 });
  answerInJson(fastify, options.log);
  addHealth(fastify, options);
  addJwks(fastify, options);
  addGraphQL(fastify, apollo, options);
  await fastify.listen({ host: options.host, port: options.port });
  return {
    url: listeningUrl(fastify),
    stop: async () => {
      await fastify.close();
      await apollo.stop();
    },
  };
}

function createApollo({ schema, log, introspection, sandbox }: ServerOptions): ApolloServer<RequestContext> {
  return new ApolloServer<RequestContext>({
    schema,
    introspection,
    formatError: formatError(log),
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: !introspection,
    allowBatchedHttpRequests: false,
    csrfPrevention: true,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    logger: log,
    plugins: [
      sandbox
        ? ApolloServerPluginLandingPageLocalDefault({ footer: false, includeCookies: false })
        : ApolloServerPluginLandingPageDisabled(),
    ],
  });
}

/** What never reaches GraphQL is answered in its form all the same. */
function answerInJson(fastify: FastifyInstance, log: Logger): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) =>
    done(null, body),
  );
  fastify.setNotFoundHandler((_request, reply) =>
    sendErrors(reply, 404, new AppError('NOT_FOUND', 'There is nothing here. The API is at /graphql.')),
  );
  fastify.setErrorHandler((error, _request, reply) => {
    const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
    if (status >= 400 && status < 500) {
      return sendErrors(
        reply,
        status,
        new AppError('BAD_USER_INPUT', httpFaults.get(status) ?? 'The request is not well-formed.'),
      );
    }
    log.error({ err: error }, 'a request failed');
    return sendErrors(reply, 500, error);
  });
}

const httpFaults = new Map([
  [413, `The request is larger than ${largestBodyBytes} bytes.`],
  [415, 'The request is not of the type application/json.'],
]);

function addHealth(fastify: FastifyInstance, { isReady }: ServerOptions): void {
  fastify.get('/healthz', (_request, reply) => reply.send({ status: 'ok' }));
  fastify.get('/readyz', async (_request, reply) => {
    const ready = await isReady();
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ok' : 'unavailable' });
  });
}

/** The public keys, with which another service checks a token without a secret. */
function addJwks(fastify: FastifyInstance, { deps }: ServerOptions): void {
  fastify.get('/.well-known/jwks.json', (_request, reply) =>
    reply.header('cache-control', 'public, max-age=300').send(publicJwkSet(deps.keyRing.current)),
  );
}

function addGraphQL(
  fastify: FastifyInstance,
  apollo: ApolloServer<RequestContext>,
  { deps }: ServerOptions,
): void {
  const handler = async (request: FastifyRequest, reply: FastifyReply) => {
    const client = { ip: request.ip, userAgent: request.headers['user-agent'] ?? null };
    let viewer: RequestContext['viewer'];
    let body: unknown;
    try {
      viewer = await authenticate(deps, request.raw, client.ip);
      body = parseJson(request.body);
    } catch (error) {
      return sendRefusal(reply, error);
    }
    const response = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: {
        method: request.method,
        headers: headersOf(request),
        search: request.url.includes('?') ? request.url.slice(request.url.indexOf('?')) : '',
        body,
      },
      context: async () => createContext(deps, viewer, client),
    });
    return sendResponse(reply, response);
  };
  // `all` and not GET and POST only: Apollo's answer to another method says which are allowed.
  fastify.all('/graphql', handler);
}

/** @throws AppError GRAPHQL_PARSE_FAILED when it is no JSON; a missing body is for Apollo to judge */
function parseJson(body: unknown): unknown {
  if (typeof body !== 'string') return undefined;
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new AppError('GRAPHQL_PARSE_FAILED', 'The body is not JSON.', { cause: error });
  }
}

function headersOf(request: FastifyRequest): HeaderMap {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return headers;
}

async function sendResponse(reply: FastifyReply, response: HTTPGraphQLResponse): Promise<FastifyReply> {
  reply.code(response.status ?? 200);
  for (const [name, value] of response.headers) reply.header(name, value);
  if (response.body.kind === 'complete') return reply.send(response.body.string);
  // Incremental delivery is not offered: no directive of the schema asks for it.
  throw new Error('an answer in several parts');
}

/** A request that is refused before any operation is looked at. */
function sendRefusal(reply: FastifyReply, error: unknown): FastifyReply {
  const code = toGraphQLError(error).extensions.code;
  switch (code) {
    case 'UNAUTHENTICATED':
      // RFC 6750 section 3.1
      return sendErrors(reply.header('www-authenticate', 'Bearer error="invalid_token"'), 401, error);
    case 'SERVICE_UNAVAILABLE':
      return sendErrors(reply.header('retry-after', '1'), 503, error);
    case 'GRAPHQL_PARSE_FAILED':
      return sendErrors(reply, 400, error);
    default:
      throw error;
  }
}

function sendErrors(reply: FastifyReply, status: number, error: unknown): FastifyReply {
  const body = JSON.stringify({ errors: [toGraphQLError(error)] });
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .type('application/json; charset=utf-8')
    .send(body);
}

function listeningUrl(fastify: FastifyInstance): string {
  const { address, port, family } = fastify.server.address() as AddressInfo;
  const reachable = address === '0.0.0.0' || address === '::' ? 'localhost' : address;
  return `http://${family === 'IPv6' && reachable === address ? `[${address}]` : reachable}:${port}`;
}
