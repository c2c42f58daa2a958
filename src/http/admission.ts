import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../telemetry/log.js';
import { AppError } from '../values/app-error.js';
import { refusalType, sendRefusal } from './answers.js';
import type { PlainHead, PlainRefusal } from './refuse-unparsed.js';
import { requestIdFrom } from './requests.js';

const path = '/graphql';
const refusal = new AppError('SERVICE_UNAVAILABLE', 'Too many requests at once. Try again.', {
  retryAfterSeconds: 1,
});
/** In ASCII, as all of a refusal. */
const refusalBody = bodyFor({});

function bodyFor(requestId: { requestId?: string }): string {
  const extensions = { code: refusal.code, retryAfterSeconds: 1, ...requestId };
  return JSON.stringify({ errors: [{ message: refusal.publicMessage, extensions }] });
}

const tellEveryMs = 1_000;

const requestIdField = /^x-request-id:[\t ]*(.*?)[\t ]*\r$/gim;
const acceptField = /^accept:(.*)\r$/m;

/** What needs more than the plainest refusal, from a browser of another origin for example, is left for the hooks. */
function isPlain({ url, method, headers: { origin } }: IncomingMessage): boolean {
  return url === path && method === 'POST' && origin === undefined;
}

export interface AdmissionOptions {
  /** Requests that are served at the same time. */
  most: number;
  /** Of every answer. */
  headers: Readonly<Record<string, string>>;
  onRefused(): void;
  log: Logger;
}

/**
 * Refuses what is over the server's capacity at once: a queue that grows answers everybody late. A request counts from
 * when all of it has come: clients that send slowly take no capacity from those that don't.
 */
export class Admission {
  readonly #options: AdmissionOptions;
  /** Of every refusal, names and values in turn. */
  readonly refusalHeaders: readonly string[];
  #inFlight = 0;
  /** Let in during this turn of the event loop, and not counted yet: as a rule all of such a request has come. */
  #arriving = 0;
  #untold = 0;
  #stopped = false;

  constructor(options: AdmissionOptions) {
    this.#options = options;
    this.refusalHeaders = Object.entries({ ...options.headers, 'retry-after': '1' }).flat();
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** For one more than are in flight or about to be. */
  get isFull(): boolean {
    return this.#stopped || this.#inFlight + this.#arriving >= this.#options.most;
  }

  /** For a request that all the hooks are about to look at, which is too much to find out that it must be refused. */
  #letIn(): boolean {
    if (this.isFull) return false;
    this.#arriving += 1;
    if (this.#arriving === 1) {
      setImmediate(() => {
        this.#arriving = 0;
      });
    }
    return true;
  }

  /** Takes in no more. */
  stop(): void {
    this.#stopped = true;
  }

  /**
   * Stands before everything else that looks at a request. At many times the capacity, what is spent on refusals is all
   * that is missing for answers: they cost as little as can be, and are told to the log by their number.
   */
  guard(handler: RequestListener): RequestListener {
    return (request, response) => {
      if (!isPlain(request) || this.#letIn()) return handler(request, response);
      this.#refuse(request, response);
    };
  }

  #refuse({ headers }: IncomingMessage, response: ServerResponse): void {
    const { type, requestId, body } = this.#refusalFor(headers['x-request-id'], headers.accept);
    const own = ['content-type', type, 'content-length', String(body.length), 'x-request-id', requestId];
    response.writeHead(503, [...this.refusalHeaders, ...own]).end(body);
  }

  /** @returns undefined for what is to be parsed all the same */
  refuseUnparsed({ fields, lowerCase }: PlainHead): PlainRefusal | undefined {
    const [id, ...otherIds] = fields.matchAll(requestIdField);
    // Node says in its answers that the connection is to be closed.
    if (this.#stopped || otherIds.length > 0) return undefined;
    return this.#refusalFor(id?.[1], acceptField.exec(lowerCase)?.[1]);
  }

  #refusalFor(givenId: string | string[] | undefined, accept: string | undefined): PlainRefusal {
    this.#countRefusal();
    const requestId = requestIdFrom(givenId);
    const body = givenId === undefined ? refusalBody : bodyFor({ requestId });
    return { type: refusalType(accept), requestId, body };
  }

  /** Counts the requests that come to be served. */
  watch(fastify: FastifyInstance): void {
    fastify.addHook('onRequest', (request, reply, done) => {
      if (!this.#isFull(request, reply)) done();
    });
    fastify.addHook('preHandler', (request, reply, done) => {
      if (this.#isFull(request, reply)) return;
      if (request.facts.route === path) this.#enter(reply.raw);
      done();
    });
  }

  #isFull(request: FastifyRequest, reply: FastifyReply): boolean {
    // This one is among those that arrive.
    const isFull = this.#stopped || this.#inFlight >= this.#options.most;
    if (!isFull || request.facts.route !== path) return false;
    sendRefusal(reply, refusal);
    return true;
  }

  #enter(response: ServerResponse): void {
    // `close` comes for every answer, sent or cut off; for one that was cut off before now it has come already.
    if (response.destroyed) return;
    this.#inFlight += 1;
    if (this.#arriving > 0) this.#arriving -= 1;
    response.once('close', () => {
      this.#inFlight -= 1;
    });
  }

  #countRefusal(): void {
    this.#options.onRefused();
    this.#untold += 1;
    if (this.#untold > 1) return;
    setTimeout(() => {
      this.#options.log.warn({ refused: this.#untold }, 'more requests than are served at once were refused');
      this.#untold = 0;
    }, tellEveryMs).unref();
  }
}
