import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../errors.js';
import { sendRefusal } from './answers.js';

/**
 * Refuses what is over the server's capacity at once, before it costs anything: a queue that grows answers everybody late.
 * A request counts from when all of it has come: clients that send slowly take no capacity from those that don't.
 *
 * @param most requests that are served at the same time
 * @returns how many are being served
 */
export function admitAtMost(fastify: FastifyInstance, most: number): () => number {
  let inFlight = 0;
  const isRefused = (request: FastifyRequest, reply: FastifyReply): boolean => {
    if (request.routeOptions.url !== '/graphql' || inFlight < most) return false;
    request.facts.errorCode = 'SERVICE_UNAVAILABLE';
    sendRefusal(
      reply,
      new AppError('SERVICE_UNAVAILABLE', 'Too many requests at once. Try again.', { retryAfterSeconds: 1 }),
    );
    return true;
  };
  fastify.addHook('onRequest', (request, reply, done) => {
    if (!isRefused(request, reply)) done();
  });
  fastify.addHook('preHandler', (request, reply, done) => {
    if (isRefused(request, reply)) return;
    if (request.routeOptions.url === '/graphql') {
      inFlight += 1;
      // `close` comes for every answer, sent or cut off; for one that was cut off before now it has come already.
      if (reply.raw.destroyed) inFlight -= 1;
      else
        reply.raw.once('close', () => {
          inFlight -= 1;
        });
    }
    done();
  });
  return () => inFlight;
}
