import type { FastifyReply } from 'fastify';
import { type Failure, failureOf } from '../telemetry/failure.js';

/** The HTTP status of a request that is refused before any operation runs. */
const statusByCode: Partial<Record<Failure['code'], number>> = {
  UNAUTHENTICATED: 401,
  NOT_FOUND: 404,
  RATE_LIMITED: 429,
  SERVICE_UNAVAILABLE: 503,
  INTERNAL_SERVER_ERROR: 500,
};

/** Answers in GraphQL's form, and notes the code for the log. A client that accepts application/graphql-response+json gets the matching status. */
export function sendRefusal(reply: FastifyReply, error: unknown, status?: number): FastifyReply {
  const { request } = reply;
  const failure = failureOf(error);
  const { code } = failure;
  request.facts.errorCode = code;
  // RFC 6750 section 3.1
  if (code === 'UNAUTHENTICATED') reply.header('www-authenticate', 'Bearer error="invalid_token"');
  if (code === 'SERVICE_UNAVAILABLE')
    reply.header('retry-after', String(failure.details.retryAfterSeconds ?? 1));
  const requestId = request.headers['x-request-id'] === undefined ? undefined : request.id;
  return reply
    .code(status ?? statusByCode[code] ?? refusedDocumentStatus(reply))
    .type(refusalType(request.headers.accept))
    .send(errorBody(error, requestId));
}

/**
 * A document that can't be run is 400, but 200 for a client that accepts only application/json, which intermediaries answer
 * with as well (GraphQL over HTTP, section 6.4).
 */
export function refusedDocumentStatus(reply: FastifyReply): number {
  return acceptsGraphQLResponse(reply.request.headers.accept) ? 400 : 200;
}

/** The content type of a refusal. */
export function refusalType(accept: string | undefined): string {
  const type = acceptsGraphQLResponse(accept) ? 'application/graphql-response+json' : 'application/json';
  return `${type}; charset=utf-8`;
}

function acceptsGraphQLResponse(accept: string | undefined): boolean {
  return accept?.includes('application/graphql-response+json') ?? false;
}

/**
 * The body of an answer with one error and no data.
 *
 * @param requestId the id that the client gave the request, to be repeated
 */
export function errorBody(error: unknown, requestId: string | undefined): string {
  const { code, publicMessage, details } = failureOf(error);
  const extensions = { code, ...details, ...(requestId !== undefined && { requestId }) };
  return JSON.stringify({ errors: [{ message: publicMessage, extensions }] });
}
