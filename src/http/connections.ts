import type { Server as HttpServer, ServerResponse } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import { networkOf } from '../values/network.js';

export interface ConnectionLimits {
  maxConnections: number;
  maxPerAddress: number;
  /** How long a connection may wait for its next request. */
  keepAliveSeconds: number;
  /** Whether the address is that of a trusted proxy, whose connections are those of many clients. */
  isProxy(address: string | undefined): boolean;
}

export interface Connection {
  readonly socket: Socket;
  /** The client's network; absent for a trusted proxy. */
  readonly network: string | undefined;
  /** What is not answered yet, or not taken by the client. */
  inFlight: readonly ServerResponse[];
  /** Requests that hold a slot of the admission. */
  slots: number;
}

/** While an answer is being sent, or nothing is being done for the client. */
const stalledAfterMs = 12_000;

/**
 * The connections of a server. When there are too many, of all or of one address, the one that has been idle longest is
 * closed for a new one. Idle are those that no request is being served on. One on which nothing moves is closed in any case.
 */
export class Connections {
  readonly #limits: ConnectionLimits;
  readonly #all = new Map<string, Connection>();
  /** Longest idle first. */
  readonly #idle = new Set<Connection>();
  readonly #countByNetwork = new Map<string, number>();
  #onDrained: ((connection: Connection) => void) | undefined;

  constructor(limits: ConnectionLimits) {
    this.#limits = limits;
  }

  get all(): readonly Connection[] {
    return [...this.#all.values()];
  }

  watch(server: HttpServer | HttpsServer): void {
    server.keepAliveTimeout = this.#limits.keepAliveSeconds * 1_000;
    server.on('connection', (socket: Socket) => this.#add(socket));
    // Before all that might answer at once.
    server.prependListener('request', ({ socket }, response) => this.#request(socket, response));
    server.setTimeout(stalledAfterMs, (socket: Socket) => this.#stalled(socket));
  }

  /** Of a request that is served now, until the function that is returned is called. */
  serve(socket: Socket): () => void {
    const connection = this.#all.get(keyOf(socket));
    if (!connection) return () => {};
    connection.slots += 1;
    this.#idle.delete(connection);
    return () => {
      connection.slots -= 1;
      this.#touch(connection);
    };
  }

  /** From now on a connection is for the requests in flight only, and handed over after the last of them. */
  drain(onDrained: (connection: Connection) => void): void {
    this.#onDrained = onDrained;
  }

  #add(socket: Socket): void {
    const { remoteAddress } = socket;
    const network = this.#limits.isProxy(remoteAddress)
      ? undefined
      : (networkOf(remoteAddress ?? null) ?? '');
    if (!this.#makeRoom(network)) {
      socket.destroy();
      return;
    }
    const key = keyOf(socket);
    const connection: Connection = { socket, network, inFlight: [], slots: 0 };
    this.#all.set(key, connection);
    this.#idle.add(connection);
    this.#count(network, 1);
    socket.once('close', () => this.#remove(key, connection));
  }

  #makeRoom(network: string | undefined): boolean {
    const { maxConnections, maxPerAddress } = this.#limits;
    if (network !== undefined && (this.#countByNetwork.get(network) ?? 0) >= maxPerAddress) {
      return this.#closeLongestIdle((connection) => connection.network === network);
    }
    return this.#all.size < maxConnections || this.#closeLongestIdle(() => true);
  }

  #closeLongestIdle(isMeant: (connection: Connection) => boolean): boolean {
    for (const connection of this.#idle) {
      if (!isMeant(connection)) continue;
      connection.socket.destroy();
      this.#remove(keyOf(connection.socket), connection);
      return true;
    }
    return false;
  }

  #remove(key: string, connection: Connection): void {
    if (this.#all.get(key) !== connection) return;
    this.#all.delete(key);
    this.#idle.delete(connection);
    this.#count(connection.network, -1);
  }

  #count(network: string | undefined, change: 1 | -1): void {
    if (network === undefined) return;
    const count = (this.#countByNetwork.get(network) ?? 0) + change;
    if (count > 0) this.#countByNetwork.set(network, count);
    else this.#countByNetwork.delete(network);
  }

  #request(socket: Socket, response: ServerResponse): void {
    const connection = this.#all.get(keyOf(socket));
    if (!connection) return;
    // It says so: the next request is for another process.
    if (this.#onDrained) response.shouldKeepAlive = false;
    this.#touch(connection);
    connection.inFlight = [...connection.inFlight, response];
    response.once('close', () => {
      connection.inFlight = connection.inFlight.filter((other) => other !== response);
      this.#touch(connection);
      if (connection.inFlight.length === 0) this.#onDrained?.(connection);
    });
  }

  /** It has just done something. */
  #touch(connection: Connection): void {
    this.#idle.delete(connection);
    if (connection.slots === 0 && !connection.socket.destroyed) this.#idle.add(connection);
  }

  /** Nothing has been read or written for a while. */
  #stalled(socket: Socket): void {
    const inFlight = this.#all.get(keyOf(socket))?.inFlight ?? [];
    const isServed = socket.writableLength === 0 && inFlight.some((response) => !response.writableEnded);
    if (isServed) socket.setTimeout(stalledAfterMs);
    else socket.destroy();
  }
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
