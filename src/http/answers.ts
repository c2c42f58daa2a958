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

/** Answers in GraphQL's form, and tells the log. Whoever takes application/graphql-response+json gets the status that says so too. */
export function sendRefusal(reply: FastifyReply, error: unknown, status?: number): FastifyReply {
  const failure = failureOf(error);
  const { code } = failure;
  reply.request.facts.errorCode = code;
  // RFC 6750 section 3.1
  if (code === 'UNAUTHENTICATED') reply.header('www-authenticate', 'Bearer error="invalid_token"');
  if (code === 'SERVICE_UNAVAILABLE')
    reply.header('retry-after', String(failure.details.retryAfterSeconds ?? 1));
  return sendErrors(reply, status ?? statusByCode[code] ?? refusedDocumentStatus(reply), [failure]);
}

/**
 * A document that can't be run is 400, but 200 for whoever takes no more than application/json, which intermediaries
 * answer with as well (GraphQL over HTTP, section 6.4).
 */
export function refusedDocumentStatus(reply: FastifyReply): number {
  return takesGraphQLResponse(reply.request.headers.accept) ? 400 : 200;
}

/** The type of an answer that refuses. */
export function refusalType(accept: string | undefined): string {
  const type = takesGraphQLResponse(accept) ? 'application/graphql-response+json' : 'application/json';
  return `${type}; charset=utf-8`;
}

function takesGraphQLResponse(accept: string | undefined): boolean {
  return accept?.includes('application/graphql-response+json') ?? false;
}

function sendErrors(reply: FastifyReply, status: number, failures: Failure[]): FastifyReply {
  const requestId =
    reply.request.headers['x-request-id'] === undefined ? {} : { requestId: reply.request.id };
  const errors = failures.map(({ code, publicMessage, details }) => ({
    message: publicMessage,
    extensions: { code, ...details, ...requestId },
  }));
  return reply.code(status).type(refusalType(reply.request.headers.accept)).send(JSON.stringify({ errors }));
}
