import type { FastifyReply } from 'fastify';
import { type Failure, failureOf } from '../telemetry/failure.js';
import { refusalType, refusedDocumentStatus } from './content-type.js';

/** The HTTP status of a request that is refused before any operation runs. */
const statusByCode: Partial<Record<Failure['code'], number>> = {
  UNAUTHENTICATED: 401,
  NOT_FOUND: 404,
  RATE_LIMITED: 429,
  SERVICE_UNAVAILABLE: 503,
  INTERNAL_SERVER_ERROR: 500,
};

/** Answers in GraphQL's form, and notes the error's code for the log and the metrics. */
export function sendRefusal(reply: FastifyReply, error: unknown, status?: number): FastifyReply {
  const { request } = reply;
  const { accept, 'x-request-id': givenId } = request.headers;
  const { code, details } = failureOf(error);
  request.facts.errorCode = code;
  // RFC 6750 section 3.1
  if (code === 'UNAUTHENTICATED') reply.header('www-authenticate', 'Bearer error="invalid_token"');
  if (code === 'SERVICE_UNAVAILABLE') reply.header('retry-after', String(details.retryAfterSeconds ?? 1));
  return reply
    .code(status ?? statusByCode[code] ?? refusedDocumentStatus(accept))
    .type(refusalType(accept))
    .send(errorBody(error, givenId === undefined ? undefined : request.id));
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
