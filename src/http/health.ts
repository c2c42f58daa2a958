import type { FastifyInstance } from 'fastify';
import { publicJwkSet } from '../accounts/keys/key-ring.js';
import type { Deps } from '../graphql/context.js';

const withHead = { exposeHeadRoute: true };

/** For a load balancer, and what watches the process. */
export function addHealth(fastify: FastifyInstance, isReady: () => Promise<boolean>): void {
  fastify.get('/healthz', withHead, (_request, reply) => reply.send({ status: 'ok' }));
  fastify.get('/readyz', withHead, async (_request, reply) => {
    const ready = await isReady();
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ok' : 'unavailable' });
  });
}

/** The public keys, with which another service checks a token without a secret. */
export function addJwks(fastify: FastifyInstance, { keyRing }: Deps): void {
  fastify.get('/.well-known/jwks.json', withHead, (_request, reply) =>
    reply.header('cache-control', 'public, max-age=300').send(publicJwkSet(keyRing.current)),
  );
}
