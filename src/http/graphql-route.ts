import { type ApolloServer, HeaderMap, type HTTPGraphQLResponse } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { DocumentNode } from 'graphql';
import { endOfTurn } from '../concurrency/end-of-turn.js';
import { callsOnly, uploadFields } from '../graphql/called-fields.js';
import { createContext, type Deps, type RequestContext, type RequestOrigin } from '../graphql/context.js';
import { requireAnswerWithin } from '../graphql/document-limits.js';
import type { Documents } from '../graphql/documents.js';
import type { FormatError } from '../graphql/format-error.js';
import type { KnownOperations } from '../graphql/known-operations.js';
import { finishRefusal, writeAnswer } from '../graphql/outcomes.js';
import type { TrustedDocuments } from '../graphql/trusted-documents.js';
import { failureOf } from '../telemetry/failure.js';
import { addressOf } from './address.js';
import { sendRefusal } from './answers.js';
import { BodyTooLarge, bodyLimits } from './body-limits.js';
import { type Credentials, ForeignRequest } from './console/console-requests.js';
import { negotiateType, refusedDocumentStatus } from './content-type.js';
import { type Deadline, withDeadline } from './deadline.js';
import { findViewer } from './find-viewer.js';
import { type GraphQLRequest, MalformedBody, readGraphQLRequest } from './graphql-request.js';
import { answerOtherRequest, type BrowserPages } from './other-requests.js';

interface GraphQLRoute {
  apollo: ApolloServer<RequestContext>;
  deps: Deps;
  documents: Documents;
  known: KnownOperations;
  formatError: FormatError;
  /** Set, no other documents are served. */
  trusted: TrustedDocuments | undefined;
  /** How a request identifies its caller. */
  readCredentials(request: FastifyRequest): Credentials;
  /** How long an operation may take. */
  operationTimeoutSeconds: number;
  /** What browsers are served. */
  pages: BrowserPages;
  /** Of an answer, as JSON. */
  maxAnswerBytes: number;
}

/** Sends an answer: one that comes too late must not be sent. */
type Send = () => FastifyReply;

/** `/graphql`: authenticates, measures the document, and runs it, by Apollo or, once Apollo knows it, without. */
export function addGraphQLRoute(fastify: FastifyInstance, route: GraphQLRoute): void {
  // `all` and not GET and POST only: the answer to another method says which are allowed.
  fastify.all('/graphql', bodyLimits(route), async (request, reply) => {
    try {
      if (answerOtherRequest(request, reply, route.pages)) return reply;
      const { trace } = request.facts;
      const send = await withDeadline(reply.raw, route.operationTimeoutSeconds, (deadline) =>
        trace.run(() => answer(route, deadline, request, reply)),
      );
      await endOfTurn();
      return send();
    } catch (error) {
      if (failureOf(error).code === 'INTERNAL_SERVER_ERROR') throw error;
      return sendRefusal(reply, error, refusedStatus(error));
    }
  });
}

function refusedStatus(error: unknown): number | undefined {
  if (error instanceof MalformedBody) return 400;
  if (error instanceof BodyTooLarge) return error.statusCode;
  return error instanceof ForeignRequest ? 403 : undefined;
}

async function answer(
  route: GraphQLRoute,
  deadline: Deadline,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Send> {
  const ip = addressOf(request);
  const { token, byCookie } = route.readCredentials(request);
  const viewer = await findViewer(route, request, token, ip);
  request.facts.viewer = viewer;
  const asked = readGraphQLRequest(request, route.trusted);
  const origin = {
    deps: route.deps,
    viewer,
    mayReceiveTokens: !byCookie,
    client: { ip, userAgent: request.headers['user-agent'] ?? null },
    requestId: request.headers['x-request-id'] === undefined ? undefined : request.id,
    facts: request.facts,
    idempotencyKey: idempotencyKeyOf(request),
    deadline,
  };
  return request.facts.trace.operation(request.facts, () => {
    const { query: source, variables, length: requestLength } = asked;
    const sender = viewer.kind === 'signedIn' ? viewer.userId : undefined;
    const isCached = sender !== undefined;
    const { isUpload = false } = request.facts;
    const document =
      source === undefined
        ? undefined
        : route.documents.check({ source, variables, requestLength, isUpload, isCached, sender });
    if (isUpload && !(document && callsOnly(uploadFields, document, asked.postedOperationName)))
      throw new BodyTooLarge();
    return execute(route, { request, reply, asked, document, origin });
  });
}

interface Exchange {
  request: FastifyRequest;
  reply: FastifyReply;
  asked: GraphQLRequest;
  document: DocumentNode | undefined;
  origin: RequestOrigin;
}

async function execute(route: GraphQLRoute, exchange: Exchange): Promise<Send> {
  return (await runKnown(route, exchange)) ?? (await runByApollo(route, exchange));
}

/** @returns undefined, with nothing run, when the request is for Apollo */
async function runKnown(
  { known, formatError, maxAnswerBytes }: GraphQLRoute,
  { request, reply, asked, document, origin }: Exchange,
): Promise<Send | undefined> {
  const { postedOperationName: name, variables } = asked;
  if (!document || name === undefined) return undefined;
  const operation = known.find(document, name);
  const contentType = negotiateType(request.headers.accept);
  if (!operation || contentType === undefined) return undefined;
  const answer = await operation.run(origin, variables);
  if (!answer) return undefined;
  origin.facts.operationType = operation.type;
  if (operation.name !== undefined) origin.facts.operationName = operation.name;
  const body = writeAnswer(answer, origin, formatError);
  requireAnswerWithin(maxAnswerBytes, body);
  return () => sayUnavailable(request, reply).header('content-type', contentType).send(body);
}

async function runByApollo(
  { apollo, known, maxAnswerBytes }: GraphQLRoute,
  { request, reply, asked, document, origin }: Exchange,
): Promise<Send> {
  const { search, body, postedOperationName } = asked;
  const response = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: request.method, headers: headersOf(request), search, body },
    context: async () => createContext(origin),
  });
  if (origin.facts.operationResolved && document && postedOperationName !== undefined) {
    // What nobody signed in has sent, anybody could send in any number.
    if (origin.viewer.kind === 'signedIn') known.add(document, postedOperationName);
  }
  // Apollo's plugins see operations only: by what came of one, its code is known.
  const { status = 200, body: answered } = response;
  if (status >= 400 && answered.kind === 'complete' && origin.facts.errorCode === undefined) {
    answered.string = finishRefusal(answered.string, origin);
  }
  if (answered.kind === 'complete') requireAnswerWithin(maxAnswerBytes, answered.string);
  return () => sendResponse(request, reply, response);
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
  reply.code(refusedDocument ? refusedDocumentStatus(request.headers.accept) : status);
  return sayUnavailable(request, reply).send(body.string);
}

/** Where the whole answer is that the server could not do it now, as it is said of a request that is not begun. */
function sayUnavailable(
  { facts: { unavailableSeconds } }: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  if (unavailableSeconds === undefined) return reply;
  return reply.code(503).header('retry-after', String(unavailableSeconds));
}

/** As it stands, or as the text that it is in the header's own notation (draft-ietf-httpapi-idempotency-key-header). */
function idempotencyKeyOf({ headers }: FastifyRequest): string | undefined {
  const key = headers['idempotency-key'];
  if (typeof key !== 'string' || key === '') return undefined;
  return /^"([^"\\]*)"$/.exec(key)?.[1] ?? key;
}
