import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * Counts the requests of each connection, so that a stop waits for requests and not for connections: a browser opens
 * some that it sends nothing on, and a client keeps the one that it was answered on open for the next request.
 *
 * @returns closes the server, and after `drainSeconds` also what still waits for its answer
 */
export function drainOf(fastify: FastifyInstance): (drainSeconds: number) => Promise<void> {
  const connections = new Map<string, { socket: Socket; inFlight: number }>();
  let draining = false;
  fastify.server.on('connection', (socket: Socket) => {
    const key = keyOf(socket);
    connections.set(key, { socket, inFlight: 0 });
    socket.once('close', () => connections.delete(key));
  });
  fastify.server.on('request', ({ socket }, response) => {
    const connection = connections.get(keyOf(socket));
    if (!connection) return;
    connection.inFlight += 1;
    response.once('close', () => {
      connection.inFlight -= 1;
      if (draining && connection.inFlight === 0) socket.destroySoon();
    });
  });
  return async (drainSeconds) => {
    draining = true;
    for (const { socket, inFlight } of connections.values()) if (inFlight === 0) socket.destroy();
    const deadline = setTimeout(() => {
      for (const { socket } of connections.values()) socket.destroy();
    }, drainSeconds * 1_000);
    await fastify.close();
    clearTimeout(deadline);
  };
}

const keys = new WeakMap<Socket, string>();

/** What a TLS socket has in common with the one that it runs on. */
function keyOf(socket: Socket): string {
  const known = keys.get(socket);
  if (known !== undefined) return known;
  const key = `${socket.remoteAddress} ${socket.remotePort}`;
  keys.set(socket, key);
  return key;
}
