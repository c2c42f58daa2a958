import { once } from 'node:events';
import type { FastifyInstance } from 'fastify';
import type { Connection, Connections } from './connections.js';

/**
 * Closes the server, and after `drainSeconds` also what still waits for its answer. It waits for requests and not for
 * connections: a browser opens some that it sends nothing on, and a client keeps the one that it was answered on open for
 * the next request.
 *
 * While requests in flight are waited for the server listens, so that whoever asks is told that it is not ready.
 */
export async function drain(
  fastify: FastifyInstance,
  connections: Connections,
  drainSeconds: number,
): Promise<void> {
  /** They are answered, and what is on its way still arrives. */
  const ending = new Set<Connection>();
  connections.drain((connection) => {
    ending.add(connection);
    connection.socket.destroySoon();
  });
  const begun = connections.all.flatMap(({ inFlight }) => inFlight);
  const deadline = setTimeout(() => {
    for (const { socket } of connections.all) socket.destroy();
  }, drainSeconds * 1_000);
  for (const response of begun) response.shouldKeepAlive = false;
  await Promise.all(begun.map((response) => response.closed || once(response, 'close')));
  for (const connection of connections.all) {
    if (connection.inFlight.length === 0 && !ending.has(connection)) connection.socket.destroy();
  }
  await fastify.close();
  clearTimeout(deadline);
}
