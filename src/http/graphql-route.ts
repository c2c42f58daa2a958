import { type ApolloServer, HeaderMap, type HTTPGraphQLResponse } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { authenticate } from '../auth/authenticate.js';
import type { Viewer } from '../auth/viewer.js';
import { createContext, type Deps, type RequestContext } from '../context.js';
import { AppError, failureOf } from '../errors.js';
import type { Documents } from '../graphql/documents.js';
import { refusedDocumentStatus, sendRefusal } from './answers.js';

interface GraphQLRoute {
  apollo: ApolloServer<RequestContext>;
  deps: Deps;
  documents: Documents;
}

/** `/graphql`: authenticates, measures the document, and has Apollo do the rest. */
export function addGraphQLRoute(fastify: FastifyInstance, route: GraphQLRoute): void {
  // `all` and not GET and POST only: Apollo's answer to another method says which are allowed.
  fastify.all('/graphql', async (request, reply) => {
    try {
      const viewer = await authenticate(route.deps, request.raw, request.ip);
      request.facts.viewer = viewer;
      return await answer(route, request, reply, viewer);
    } catch (error) {
      request.facts.errorCode = failureOf(error).code;
      if (failureOf(error).code === 'INTERNAL_SERVER_ERROR') throw error;
      return sendRefusal(reply, error);
    }
  });
}

async function answer(
  { apollo, deps, documents }: GraphQLRoute,
  request: FastifyRequest,
  reply: FastifyReply,
  viewer: Viewer,
): Promise<FastifyReply> {
  const json = parseJson(request.body);
  if (json === undefined)
    return sendRefusal(reply, new AppError('GRAPHQL_PARSE_FAILED', 'The body is not JSON.'), 400);
  const { body } = json;
  const search = request.url.includes('?') ? request.url.slice(request.url.indexOf('?')) : '';
  checkDocument(documents, request.method === 'GET' ? queryOf(search) : body);
  const client = { ip: request.ip, userAgent: request.headers['user-agent'] ?? null };
  const requestId = request.headers['x-request-id'] === undefined ? undefined : request.id;
  const response = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: request.method, headers: headersOf(request), search, body },
    context: async () => createContext(deps, { viewer, client, requestId, facts: request.facts }),
  });
  return sendResponse(request, reply, response);
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
