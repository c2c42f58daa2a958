import { isIP } from 'node:net';
import { type ApolloServer, HeaderMap, type HTTPGraphQLResponse } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { DocumentNode, ExecutionResult } from 'graphql';
import { authenticate } from '../accounts/tokens/authenticate.js';
import { endOfTurn } from '../concurrency/end-of-turn.js';
import type { Gate } from '../concurrency/gate.js';
import { createContext, type Deps, type RequestContext } from '../graphql/context.js';
import type { Documents } from '../graphql/documents.js';
import type { FormatError } from '../graphql/format-error.js';
import { answerOf, finishRefusal } from '../graphql/outcomes.js';
import type { PreparedOperation, PreparedOperations } from '../graphql/prepared-operations.js';
import type { TrustedDocuments } from '../graphql/trusted-documents.js';
import { lineOf } from '../reads/json-text.js';
import { failureOf } from '../telemetry/failure.js';
import { refusedDocumentStatus, sendRefusal } from './answers.js';
import { withDeadline } from './deadline.js';
import { type GraphQLRequest, MalformedBody, readGraphQLRequest } from './graphql-request.js';

/** When an operation goes past Apollo: from the second time on; or, for tests, never, or from the first time on. */
export type ShortWay = 'known' | 'never' | 'always';

interface GraphQLRoute {
  apollo: ApolloServer<RequestContext>;
  deps: Deps;
  documents: Documents;
  prepared: PreparedOperations;
  shortWay: ShortWay;
  formatError: FormatError;
  /** Set, no other documents are served. */
  trusted: TrustedDocuments | undefined;
  /** How long an operation may take. */
  operationTimeoutSeconds: number;
  gate: Gate;
}

/** Sends an answer: one that comes too late must not be sent. */
type Send = () => FastifyReply;

/** `/graphql`: authenticates, measures the document, and runs it, by Apollo or, once Apollo knows it, without. */
export function addGraphQLRoute(fastify: FastifyInstance, route: GraphQLRoute): void {
  const contentTypes = new ContentTypes();
  // `all` and not GET and POST only: Apollo's answer to another method says which are allowed.
  fastify.all('/graphql', async (request, reply) => {
    try {
      const { trace } = request.facts;
      const send = await withDeadline(reply.raw, route.operationTimeoutSeconds, (signal) =>
        trace.run(() =>
          route.gate.run((aside) => answer(route, contentTypes, { aside, signal }, request, reply), signal),
        ),
      );
      await endOfTurn();
      return send();
    } catch (error) {
      if (failureOf(error).code === 'INTERNAL_SERVER_ERROR') throw error;
      return sendRefusal(reply, error, error instanceof MalformedBody ? 400 : undefined);
    }
  });
}

async function answer(
  route: GraphQLRoute,
  contentTypes: ContentTypes,
  { aside, signal }: Pick<RequestContext, 'aside' | 'signal'>,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Send> {
  const ip = addressOf(request);
  const viewer = await authenticate(route.deps, request.raw, ip);
  request.facts.viewer = viewer;
  const asked = readGraphQLRequest(request, route.trusted);
  const context = createContext(route.deps, {
    viewer,
    client: { ip, userAgent: request.headers['user-agent'] ?? null },
    requestId: request.headers['x-request-id'] === undefined ? undefined : request.id,
    facts: request.facts,
    aside,
    signal,
  });
  return request.facts.trace.operation(request.facts, () => {
    const { query, variables, length } = asked;
    const document = query === undefined ? undefined : route.documents.check(query, variables, length);
    return execute(route, contentTypes, { request, reply, asked, document, context });
  });
}

interface Exchange {
  request: FastifyRequest;
  reply: FastifyReply;
  asked: GraphQLRequest;
  document: DocumentNode | undefined;
  context: RequestContext;
}

function execute(route: GraphQLRoute, contentTypes: ContentTypes, exchange: Exchange): Promise<Send> {
  const otherWay = route.shortWay === 'always' ? validateFirst : longWay;
  return tryShortWay(route, contentTypes, exchange) ?? otherWay(route, contentTypes, exchange);
}

/** @returns undefined, with nothing run, when Apollo is to see to it */
function tryShortWay(
  { shortWay, prepared, formatError }: GraphQLRoute,
  contentTypes: ContentTypes,
  { request, reply, asked, document, context }: Exchange,
): Promise<Send> | undefined {
  const { postedOperationName: name, variables } = asked;
  if (shortWay === 'never' || !document || name === undefined) return undefined;
  const operation = prepared.find(document, name);
  const contentType = contentTypes.get(request);
  if (!operation || contentType === undefined) return undefined;
  const result = operation.run(context, variables);
  if (!result) return undefined;
  context.facts.operationType = operation.type;
  if (operation.name !== undefined) context.facts.operationName = operation.name;
  return finish(operation, context, formatError, result, (body) =>
    reply.header('content-type', contentType).send(body),
  );
}

async function finish(
  { hasJson }: PreparedOperation,
  context: RequestContext,
  formatError: FormatError,
  result: ExecutionResult | Promise<ExecutionResult>,
  send: (body: string | Buffer) => FastifyReply,
): Promise<Send> {
  const answer = answerOf(result instanceof Promise ? await result : result, context, formatError);
  const body = hasJson ? lineOf(answer) : `${JSON.stringify(answer)}\n`;
  return () => send(body);
}

/** For an operation that nobody has sent before, to go the short way all the same. */
async function validateFirst(
  route: GraphQLRoute,
  contentTypes: ContentTypes,
  exchange: Exchange,
): Promise<Send> {
  const { asked, document } = exchange;
  if (document && asked.postedOperationName !== undefined) {
    const refusal = await validate(route, contentTypes, exchange);
    if (refusal) return refusal;
  }
  return tryShortWay(route, contentTypes, exchange) ?? longWay(route, contentTypes, exchange);
}

/** Has Apollo look at a document, and run nothing. @returns its refusal, if it has one */
async function validate(
  route: GraphQLRoute,
  contentTypes: ContentTypes,
  exchange: Exchange,
): Promise<Send | undefined> {
  const context = createContext(route.deps, { ...exchange.context, validateOnly: true });
  const send = await longWay(route, contentTypes, { ...exchange, context });
  return context.facts.operationResolved ? undefined : send;
}

async function longWay(
  { apollo, prepared }: GraphQLRoute,
  contentTypes: ContentTypes,
  { request, reply, asked, document, context }: Exchange,
): Promise<Send> {
  const { search, body, postedOperationName } = asked;
  const response = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: request.method, headers: headersOf(request), search, body },
    context: async () => context,
  });
  if (context.facts.operationResolved && document && postedOperationName !== undefined) {
    // What nobody signed in has sent, anybody could send in any number.
    if (context.viewer.kind === 'signedIn') prepared.accept(document, postedOperationName);
    contentTypes.learn(request, response);
  }
  // Apollo's plugins are told of operations only: by what came of one, its code is known.
  const { status = 200, body: answered } = response;
  if (status >= 400 && answered.kind === 'complete' && context.facts.errorCode === undefined) {
    answered.string = finishRefusal(answered.string, context);
  }
  return () => sendResponse(request, reply, response);
}

const mostAcceptHeaders = 100;
const longestAcceptHeader = 200;

/** What Apollo makes of an Accept header. */
class ContentTypes {
  readonly #byAccept = new Map<string | undefined, string>();

  get(request: FastifyRequest): string | undefined {
    return this.#byAccept.get(request.headers.accept);
  }

  learn({ headers: { accept } }: FastifyRequest, { headers, status }: HTTPGraphQLResponse): void {
    const contentType = headers.get('content-type');
    const isWorthIt = this.#byAccept.size < mostAcceptHeaders && (accept ?? '').length <= longestAcceptHeader;
    if (contentType !== undefined && (status ?? 200) === 200 && isWorthIt) {
      this.#byAccept.set(accept, contentType);
    }
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
  reply.header('cache-control', 'no-store');
  const refusedDocument = status === 400 && request.facts.documentRefused === true;
  return reply.code(refusedDocument ? refusedDocumentStatus(reply) : status).send(body.string);
}

const addressWithPort = /^(?:\[([^\]]+)\]|([0-9.]+))(?::\d+)?$/;

/** What a trusted proxy passes on as the client's address may be anything; some pass on the client's port as well. */
function addressOf({ ip }: FastifyRequest): string | null {
  if (isIP(ip) !== 0) return ip;
  const [, ipv6, ipv4] = addressWithPort.exec(ip) ?? [];
  const address = ipv6 ?? ipv4 ?? '';
  return isIP(address) === 0 ? null : address;
}
