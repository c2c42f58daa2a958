import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * Counts the requests of each connection, so that a stop waits for requests and not for connections: a browser opens
 * some that it sends nothing on, and a client keeps the one that it was answered on open for the next request.
 *
 * While requests in flight are waited for the server listens, so that whoever asks is told that it is not ready.
 *
 * @returns closes the server, and after `drainSeconds` also what still waits for its answer
 */
export function drainOf(fastify: FastifyInstance): (drainSeconds: number) => Promise<void> {
  const connections = new Map<string, Connection>();
  let draining = false;
  fastify.server.on('connection', (socket: Socket) => {
    const key = keyOf(socket);
    connections.set(key, { socket, inFlight: new Set(), isEnding: false });
    socket.once('close', () => connections.delete(key));
  });
  // Before all that might answer at once.
  fastify.server.prependListener('request', ({ socket }, response) => {
    const connection = connections.get(keyOf(socket));
    if (!connection) return;
    // It says so: the next request is for another process.
    if (draining) response.shouldKeepAlive = false;
    connection.inFlight.add(response);
    response.once('close', () => {
      connection.inFlight.delete(response);
      if (!draining || connection.inFlight.size > 0) return;
      connection.isEnding = true;
      socket.destroySoon();
    });
  });
  return async (drainSeconds) => {
    draining = true;
    const begun = [...connections.values()].flatMap(({ inFlight }) => [...inFlight]);
    const deadline = setTimeout(() => {
      for (const { socket } of connections.values()) socket.destroy();
    }, drainSeconds * 1_000);
    for (const response of begun) response.shouldKeepAlive = false;
    await Promise.all(begun.map((response) => response.closed || once(response, 'close')));
    for (const { socket, inFlight, isEnding } of connections.values()) {
      if (inFlight.size === 0 && !isEnding) socket.destroy();
    }
    await fastify.close();
    clearTimeout(deadline);
  };
}

interface Connection {
  readonly socket: Socket;
  /** What is not answered yet. */
  readonly inFlight: Set<ServerResponse>;
  /** It is answered, and what is on its way still arrives. */
  isEnding: boolean;
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
