import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from '../telemetry/log.js';
import { AppError } from '../values/app-error.js';
import { sendRefusal } from './answers.js';
import { bodyTooLarge } from './body-limits.js';

const maxContentTypeCharacters = 200;

/** What never reaches GraphQL is answered in its form all the same. */
export function answerInJson(fastify: FastifyInstance, log: Logger): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) =>
    done(null, body),
  );
  fastify.addHook('onRequest', (request, reply, done) => {
    // RFC 9112 section 3.2
    if (request.raw.httpVersion === '1.1' && request.headers.host === undefined) {
      sendRefusal(reply, new AppError('BAD_USER_INPUT', 'The request names no Host.'), 400);
      return;
    }
    const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = request.headers;
    // Apollo's parser takes time that is quadratic in its length.
    if (type.length > maxContentTypeCharacters) {
      const message = `The Content-Type is longer than ${maxContentTypeCharacters} characters.`;
      sendRefusal(reply, new AppError('BAD_USER_INPUT', message), 415);
      return;
    }
    if (encoding === 'identity') return done();
    sendRefusal(reply, new AppError('BAD_USER_INPUT', 'The body is compressed; send it as it is.'), 415);
  });
  fastify.setNotFoundHandler((_request, reply) =>
    sendRefusal(reply, new AppError('NOT_FOUND', 'There is nothing here. The API is at /graphql.')),
  );
  fastify.setErrorHandler((error, request, reply) => {
    const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
    if (error instanceof AppError) return sendRefusal(reply, error, status);
    if (status >= 400 && status < 500) {
      return sendRefusal(reply, new AppError('BAD_USER_INPUT', httpFault(status, request)), status);
    }
    log.error({ err: error, requestId: request.id }, 'a request failed');
    return sendRefusal(reply, error, 500);
  });
}

function httpFault(status: number, { routeOptions: { bodyLimit } }: FastifyRequest): string {
  if (status === 413) return bodyTooLarge(bodyLimit);
  return status === 415
    ? 'The request is not of the type application/json.'
    : 'The request is not well-formed.';
}
