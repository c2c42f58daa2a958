import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from '../telemetry/log.js';
import { AppError } from '../values/app-error.js';
import { networkOf } from '../values/network.js';
import { errorBody, sendRefusal } from './answers.js';
import type { Connections } from './connections.js';
import { consoleSessionPath } from './console/console-session.js';
import { refusalType } from './content-type.js';
import { requestIdFrom } from './requests.js';

const path = '/graphql';
const refusal = new AppError('SERVICE_UNAVAILABLE', 'Too many requests at once. Try again.', {
  retryAfterSeconds: 1,
});
const logEveryMs = 1_000;
/** So long a client may take to read its answer while others wait for its slot. */
const unreadMs = 500;
/** A server whose slots are all taken, and of which none has become free for so long, serves nobody. */
const stuckAfterMs = 3_000;

export interface AdmissionOptions {
  /** GraphQL requests that are served at the same time. */
  maxRequests: number;
  /** Of these, for one address. */
  maxPerAddress: number;
  /** Whether the address is that of a trusted proxy. */
  isProxy(address: string | undefined): boolean;
  connections: Connections;
  /** The headers of every answer. */
  headers: Readonly<Record<string, string>>;
  onRefused(): void;
  log: Logger;
}

/** A request that is served. */
interface Slot {
  readonly network: string | undefined;
  readonly socket: Socket;
  readonly response: ServerResponse;
  readonly since: number;
  free(): void;
}

/**
 * Load shedding: refuses what exceeds `maxRequests` at once, or an address's share of it, since a growing queue answers
 * everybody late. A request counts from when its body has arrived, since clients that send slowly take no capacity from others,
 * until the client has taken its answer. A client that does not read its answer loses its slot to who needs it.
 */
export class Admission {
  readonly #options: AdmissionOptions;
  /**
   * In the order in which they were taken. No Set: what V8 has left behind of a set that has changed holds what was in it, and a
   * collection of new objects finds that in use.
   */
  readonly #slots: Slot[] = [];
  readonly #countByNetwork = new Map<string, number>();
  #changedAt = 0;
  #refusedSinceLog = 0;
  #stopped = false;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  get inFlight(): number {
    return this.#slots.length;
  }

  /** Whether nobody has been served for a while, and nobody can be. */
  get isStuck(): boolean {
    const isFull = this.#slots.length >= this.#options.maxRequests;
    return isFull && performance.now() - this.#changedAt > stuckAfterMs && !this.#findUnread(() => true);
  }

  /** Refuses every GraphQL request from now on. */
  stop(): void {
    this.#stopped = true;
  }

  #isFull(): boolean {
    return (
      this.#stopped || (this.#slots.length >= this.#options.maxRequests && !this.#dropUnread(() => true))
    );
  }

  #hasShare(network: string | undefined): boolean {
    if (network === undefined) return true;
    const count = this.#countByNetwork.get(network) ?? 0;
    return count < this.#options.maxPerAddress || this.#dropUnread((slot) => slot.network === network);
  }

  #findUnread(isMeant: (slot: Slot) => boolean): Slot | undefined {
    const before = performance.now() - unreadMs;
    for (const slot of this.#slots) {
      if (slot.since > before) return undefined;
      if (slot.response.writableEnded && isMeant(slot)) return slot;
    }
    return undefined;
  }

  #dropUnread(isMeant: (slot: Slot) => boolean): boolean {
    const slot = this.#findUnread(isMeant);
    slot?.socket.destroy();
    slot?.free();
    return slot !== undefined;
  }

  /**
   * Refuses in front of Fastify: under overload most of the work is refusals, and Fastify's hooks cost more than the refusal.
   * A browser's request of another origin is left to the hooks, which know the headers that let the page read the refusal.
   */
  guard(handler: RequestListener): RequestListener {
    return (request, response) => {
      const { url, method, headers } = request;
      const isPlain = url === path && method === 'POST' && headers.origin === undefined;
      if (isPlain && this.#isFull()) this.#refuse(request, response);
      else handler(request, response);
    };
  }

  #refuse({ headers }: IncomingMessage, response: ServerResponse): void {
    this.#countRefusal();
    const requestId = requestIdFrom(headers['x-request-id']);
    const body = errorBody(refusal, headers['x-request-id'] === undefined ? undefined : requestId);
    const own = {
      'retry-after': '1',
      'content-type': refusalType(headers.accept),
      'content-length': Buffer.byteLength(body),
      'x-request-id': requestId,
    };
    response.writeHead(503, { ...this.#options.headers, ...own }).end(body);
  }

  /** Counts the requests in flight, and refuses what the guard has let pass. */
  watch(fastify: FastifyInstance): void {
    fastify.addHook('preHandler', (request, reply, done) => {
      const { route } = request.facts;
      if (route !== path && !route?.startsWith(consoleSessionPath)) return done();
      const network = this.#networkOf(request);
      if (this.#isFull() || !this.#hasShare(network)) {
        this.#countRefusal();
        sendRefusal(reply, refusal);
        return;
      }
      this.#enter(network, request.raw.socket, reply.raw);
      done();
    });
  }

  #networkOf({ ip }: FastifyRequest): string | undefined {
    return this.#options.isProxy(ip) ? undefined : (networkOf(ip) ?? '');
  }

  #enter(network: string | undefined, socket: Socket, response: ServerResponse): void {
    // A client that has disconnected already: `close` has been emitted.
    if (response.closed) return;
    const endService = this.#options.connections.serve(socket);
    const free = () => {
      const index = this.#slots.indexOf(slot);
      if (index === -1) return;
      this.#slots.splice(index, 1);
      endService();
      this.#count(network, -1);
    };
    const slot: Slot = { network, socket, response, since: performance.now(), free };
    this.#slots.push(slot);
    this.#count(network, 1);
    response.once('close', free);
  }

  #count(network: string | undefined, change: 1 | -1): void {
    this.#changedAt = performance.now();
    if (network === undefined) return;
    const count = (this.#countByNetwork.get(network) ?? 0) + change;
    if (count > 0) this.#countByNetwork.set(network, count);
    else this.#countByNetwork.delete(network);
  }

  #countRefusal(): void {
    this.#options.onRefused();
    this.#refusedSinceLog += 1;
    if (this.#refusedSinceLog > 1) return;
    setTimeout(() => {
      this.#options.log.warn({ refused: this.#refusedSinceLog }, 'requests over MAX_REQUESTS were refused');
      this.#refusedSinceLog = 0;
    }, logEveryMs).unref();
  }
}
