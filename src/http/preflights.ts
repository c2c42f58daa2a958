import type { FastifyInstance } from 'fastify';
import type { Logger } from '../telemetry/log.js';
import { AppError } from '../values/app-error.js';
import { sendRefusal } from './answers.js';

const maxOriginCharacters = 200;

/** Refuses the preflights of origins that are not named, and says in the log what would allow them. */
export function refusePreflights(
  fastify: FastifyInstance,
  corsOrigins: readonly string[],
  log: Logger,
): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    const { origin } = request.headers;
    if (request.method !== 'OPTIONS') return done();
    if (origin === undefined) {
      reply.code(204).header('allow', 'GET, POST, OPTIONS').send();
    } else if (corsOrigins.includes(origin)) {
      done();
    } else {
      const shown = origin.slice(0, maxOriginCharacters);
      log.warn(
        { origin: shown, requestId: request.id },
        'a preflight was refused: CORS_ORIGINS does not name its origin',
      );
      sendRefusal(
        reply,
        new AppError('FORBIDDEN', 'Pages of this origin may not use the API: CORS_ORIGINS does not name it.'),
        403,
      );
    }
  });
}
