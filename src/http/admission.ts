import type { FastifyInstance } from 'fastify';
import { AppError } from '../errors.js';
import { sendRefusal } from './answers.js';

/**
 * Refuses what is over the server's capacity at once, before it costs anything: a queue that grows answers everybody late.
 *
 * @param most requests that are served at the same time
 * @returns how many are being served
 */
export function admitAtMost(fastify: FastifyInstance, most: number): () => number {
  let inFlight = 0;
  const admitted = new WeakSet<object>();
  fastify.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.url !== '/graphql') return done();
    if (inFlight >= most) {
      sendRefusal(
        reply,
        new AppError('SERVICE_UNAVAILABLE', 'Too many requests at once. Try again.', {
          retryAfterSeconds: 1,
        }),
      );
      return;
    }
    inFlight += 1;
    admitted.add(request.raw);
    // `close` comes for every answer, sent or cut off.
    reply.raw.once('close', () => {
      if (admitted.delete(request.raw)) inFlight -= 1;
    });
    done();
  });
  return () => inFlight;
}
