import { isIP } from 'node:net';
import { type ApolloServer, HeaderMap, type HTTPGraphQLResponse } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { authenticate } from '../auth/authenticate.js';
import { createContext, type Deps, type RequestContext } from '../context.js';
import { AppError, failureOf } from '../errors.js';
import type { Documents } from '../graphql/documents.js';
import type { TrustedDocuments } from '../graphql/trusted-documents.js';
import { refusedDocumentStatus, sendRefusal } from './answers.js';
import { within } from './time-limit.js';

interface GraphQLRoute {
  apollo: ApolloServer<RequestContext>;
  deps: Deps;
  documents: Documents;
  /** Set, no other documents are served. */
  trusted: TrustedDocuments | undefined;
  /** How long an operation may take. */
  operationTimeoutSeconds: number;
}

/** `/graphql`: authenticates, measures the document, and has Apollo do the rest. */
export function addGraphQLRoute(fastify: FastifyInstance, route: GraphQLRoute): void {
  // `all` and not GET and POST only: Apollo's answer to another method says which are allowed.
  fastify.all('/graphql', async (request, reply) => {
    try {
      const { trace } = request.facts;
      const work = trace.run(() => answer(route, request, reply));
      const send = await within(route.operationTimeoutSeconds, work);
      return send();
    } catch (error) {
      request.facts.errorCode = failureOf(error).code;
      if (failureOf(error).code === 'INTERNAL_SERVER_ERROR') throw error;
      return sendRefusal(reply, error);
    }
  });
}

/** @returns what sends the answer: an answer that comes too late must not be sent */
async function answer(
  { apollo, deps, documents, trusted }: GraphQLRoute,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<() => FastifyReply> {
  const viewer = await authenticate(deps, request.raw, addressOf(request));
  request.facts.viewer = viewer;
  const json = parseJson(request.body);
  if (json === undefined) {
    return () => sendRefusal(reply, new AppError('GRAPHQL_PARSE_FAILED', 'The body is not JSON.'), 400);
  }
  const { search, body } = withTrustedDocument(trusted, request.method, searchOf(request.url), json.body);
  const client = { ip: addressOf(request), userAgent: request.headers['user-agent'] ?? null };
  const requestId = request.headers['x-request-id'] === undefined ? undefined : request.id;
  const response = await request.facts.trace.operation(request.facts, async () => {
    checkDocument(documents, request.method === 'GET' ? queryOf(search) : body);
    return apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: request.method, headers: headersOf(request), search, body },
      context: async () => createContext(deps, { viewer, client, requestId, facts: request.facts }),
    });
  });
  return () => sendResponse(request, reply, response);
}

function searchOf(url: string): string {
  return url.includes('?') ? url.slice(url.indexOf('?')) : '';
}

/** Where only known documents are served, puts the one that is asked for in its place. */
function withTrustedDocument(
  trusted: TrustedDocuments | undefined,
  method: string,
  search: string,
  body: unknown,
): { search: string; body: unknown } {
  if (!trusted) return { search, body };
  if (method !== 'GET') {
    const isRequest = typeof body === 'object' && body !== null && !Array.isArray(body);
    return { search, body: isRequest ? trusted.resolve(body) : body };
  }
  const parameters = new URLSearchParams(search);
  const { query, extensions } = trusted.resolve({
    documentId: parameters.get('documentId'),
    query: parameters.get('query'),
    extensions: parseJson(parameters.get('extensions') ?? undefined)?.body,
  });
  for (const name of ['documentId', 'query', 'extensions']) parameters.delete(name);
  if (typeof query === 'string') parameters.set('query', query);
  if (extensions !== undefined) parameters.set('extensions', JSON.stringify(extensions));
  return { search: `?${parameters}`, body };
}

/** What is not shaped like a request is left for Apollo to refuse. */
function checkDocument(documents: Documents, request: unknown): void {
  if (typeof request !== 'object' || request === null) return;
  const query: unknown = Reflect.get(request, 'query');
  const variables: unknown = Reflect.get(request, 'variables');
  if (typeof query !== 'string') return;
  documents.check(query, typeof variables === 'object' && variables !== null ? { ...variables } : {});
}

function queryOf(search: string): { query: string | null; variables: unknown } {
  const parameters = new URLSearchParams(search);
  return { query: parameters.get('query'), variables: parseJson(parameters.get('variables') ?? '{}')?.body };
}

/** @returns undefined when it is no JSON; a body that is missing is for Apollo to judge */
function parseJson(text: unknown): { body: unknown } | undefined {
  if (typeof text !== 'string') return { body: undefined };
  try {
    return { body: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function headersOf(request: FastifyRequest): HeaderMap {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return headers;
}

function sendResponse(
  request: FastifyRequest,
  reply: FastifyReply,
  { status = 200, headers, body }: HTTPGraphQLResponse,
): FastifyReply {
  // Incremental delivery is not offered: no directive of the schema asks for it.
  if (body.kind !== 'complete') throw new Error('an answer in several parts');
  for (const [name, value] of headers) reply.header(name, value);
  const refusedDocument = status === 400 && request.facts.documentRefused === true;
  return reply.code(refusedDocument ? refusedDocumentStatus(reply) : status).send(body.string);
}

/** What a trusted proxy passes on as the client's address may be anything. */
function addressOf({ ip }: FastifyRequest): string | null {
  return isIP(ip) === 0 ? null : ip;
}
