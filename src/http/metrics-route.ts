import { createHash, timingSafeEqual } from 'node:crypto';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import { AppError } from '../values/app-error.js';
import type { Secret } from '../values/secret.js';
import { sendRefusal } from './answers.js';
import { createBoundedServer } from './bounded-server.js';

/** `/metrics`, for whoever has the token. */
export function addMetricsRoute(fastify: FastifyInstance, registry: Registry, token: Secret): void {
  fastify.get('/metrics', async (request, reply) => {
    if (!isSame(request.headers.authorization ?? '', `Bearer ${token.reveal()}`)) {
      return sendRefusal(reply, new AppError('UNAUTHENTICATED', 'The token of the metrics is not valid.'));
    }
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}

/** Takes as long for any two texts. */
function isSame(given: string, expected: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(expected));
}

/** `/metrics` on a port of its own, which is for the network to guard. @returns how to stop it */
export async function serveMetrics(
  registry: Registry,
  host: string,
  port: number,
): Promise<() => Promise<void>> {
  const fastify = Fastify({
    logger: false,
    forceCloseConnections: true,
    serverFactory: (handler) => createBoundedServer(handler),
  });
  fastify.get('/metrics', async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );
  await fastify.listen({ host, port });
  return () => fastify.close();
}
