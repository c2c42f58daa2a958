import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Logger } from '../telemetry/log.js';
import { AppError } from '../values/app-error.js';
import { errorBody, sendRefusal } from './answers.js';
import { refusalType } from './content-type.js';
import { requestIdFrom } from './requests.js';

const path = '/graphql';
const refusal = new AppError('SERVICE_UNAVAILABLE', 'Too many requests at once. Try again.', {
  retryAfterSeconds: 1,
});
const logEveryMs = 1_000;

export interface AdmissionOptions {
  /** GraphQL requests that are served at the same time. */
  maxRequests: number;
  /** The headers of every answer. */
  headers: Readonly<Record<string, string>>;
  onRefused(): void;
  log: Logger;
}

/**
 * Load shedding: refuses what exceeds `maxRequests` at once, since a growing queue answers everybody late. A request counts
 * once its body has arrived: clients that send slowly take no capacity from others.
 */
export class Admission {
  readonly #options: AdmissionOptions;
  #inFlight = 0;
  #refusedSinceLog = 0;
  #stopped = false;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get #isFull(): boolean {
    return this.#stopped || this.#inFlight >= this.#options.maxRequests;
  }

  /** Refuses every GraphQL request from now on. */
  stop(): void {
    this.#stopped = true;
  }

  /**
   * Refuses in front of Fastify: under overload most of the work is refusals, and Fastify's hooks cost more than the refusal.
   * A browser's request of another origin is left to the hooks, which know the headers that let the page read the refusal.
   */
  guard(handler: RequestListener): RequestListener {
    return (request, response) => {
      const { url, method, headers } = request;
      const isPlain = url === path && method === 'POST' && headers.origin === undefined;
      if (isPlain && this.#isFull) this.#refuse(request, response);
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
      if (request.facts.route !== path) return done();
      if (this.#isFull) {
        this.#countRefusal();
        sendRefusal(reply, refusal);
        return;
      }
      this.#enter(reply.raw);
      done();
    });
  }

  #enter(response: ServerResponse): void {
    // A client that has disconnected already: `close` has been emitted.
    if (response.closed) return;
    this.#inFlight += 1;
    response.once('close', () => {
      this.#inFlight -= 1;
    });
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
