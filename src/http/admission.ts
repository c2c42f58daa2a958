import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../errors.js';
import type { Gate } from '../gate.js';
import type { Logger } from '../log.js';
import { refusalType, sendRefusal } from './answers.js';
import { requestIdOf } from './requests.js';

const path = '/graphql';
const refusal = new AppError('SERVICE_UNAVAILABLE', 'Too many requests at once. Try again.', {
  retryAfterSeconds: 1,
});
const refusalBody = bodyFor({});

function bodyFor(requestId: { requestId?: string }): string {
  const extensions = { code: refusal.code, retryAfterSeconds: 1, ...requestId };
  return JSON.stringify({ errors: [{ message: refusal.publicMessage, extensions }] });
}

const tellEveryMs = 1_000;
/** So long the excess is taken for a burst, for which a long line is better than a refusal. */
const burstMs = 1_000;

/**
 * Every answer of the database waits for a turn of the event loop, and a turn in which all are refused would be a long one:
 * refusals get a quarter of what the rest of it took, within these bounds.
 */
const refusingMs = { least: 1, most: 20 };
const refusalsAtATime = 16;

interface Waiting {
  request: IncomingMessage;
  response: ServerResponse;
  handler: RequestListener;
}

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
  /** What lets in those that are served, one after the other. */
  gate: Gate;
  /** How many of them may wait there when more than is served has come for some time. */
  longestLine: number;
  log: Logger;
}

/**
 * Refuses what is over the server's capacity at once: a queue that grows answers everybody late. A request counts from
 * when all of it has come: clients that send slowly take no capacity from those that don't.
 */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #refusalHeaders: string[];
  #inFlight = 0;
  /** Let in during this turn of the event loop, and not counted yet: as a rule all of such a request has come. */
  #arriving = 0;
  /** Since when and until when some were refused, never a second without, and always somebody waited. */
  #fullSince = Number.POSITIVE_INFINITY;
  #fullUntil = Number.NEGATIVE_INFINITY;
  /** When refusing last came to an end. */
  #refusedAt = 0;
  #untold = 0;
  #stopped = false;
  readonly #waiting: Waiting[] = [];

  constructor(options: AdmissionOptions) {
    this.#options = options;
    this.#refusalHeaders = Object.entries({
      ...options.headers,
      'retry-after': '1',
    }).flat();
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** @param arriving how many more are about to be served */
  #hasRoom(arriving: number): boolean {
    const { gate, most, longestLine } = this.#options;
    if (gate.waiting === 0) this.#fullSince = Number.POSITIVE_INFINITY;
    if (this.#stopped || this.#inFlight + arriving >= most) return false;
    // Those in the line whose clients have gone are in flight no more.
    const line = gate.waiting + arriving;
    return line < Math.min(longestLine, most) || (line < most && !this.#lineStands());
  }

  /** A line that stands makes everybody late. */
  #lineStands(): boolean {
    const now = performance.now();
    return now - this.#fullSince >= burstMs && now - this.#fullUntil < burstMs;
  }

  /** For a request that all the hooks are about to look at, which is too much to find out that it must be refused. */
  #letIn(): boolean {
    if (!this.#hasRoom(this.#arriving)) return false;
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
      this.#waiting.push({ request, response, handler });
      if (this.#waiting.length === 1) setImmediate(() => this.#refuseWaiting());
    };
  }

  #refuseWaiting(): void {
    const beganAt = performance.now();
    const turnMs = beganAt - this.#refusedAt;
    const until = beganAt + Math.min(refusingMs.most, Math.max(refusingMs.least, turnMs / 4));
    do {
      for (const { request, response, handler } of this.#waiting.splice(0, refusalsAtATime)) {
        // A place may have got free meanwhile.
        if (this.#letIn()) handler(request, response);
        else this.#refuse(request, response);
      }
      this.#refusedAt = performance.now();
    } while (this.#waiting.length > 0 && this.#refusedAt < until);
    // With an immediate to come the event loop does not sleep: this is how long a turn of it takes, and no pause.
    const endedAt = this.#refusedAt;
    setImmediate(() => this.#options.gate.turned(performance.now() - endedAt));
    if (this.#waiting.length > 0) setImmediate(() => this.#refuseWaiting());
  }

  #refuse(request: IncomingMessage, response: ServerResponse): void {
    this.#noteFull();
    this.#countRefusal();
    const requestId = requestIdOf(request);
    const body = request.headers['x-request-id'] === undefined ? refusalBody : bodyFor({ requestId });
    const ownHeaders = [
      ...['content-type', refusalType(request.headers)],
      ...['content-length', String(Buffer.byteLength(body))],
      ...['x-request-id', requestId],
    ];
    response.writeHead(503, [...this.#refusalHeaders, ...ownHeaders]).end(body);
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
    if (request.facts.route !== path || this.#hasRoom(0)) return false;
    this.#noteFull();
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

  #noteFull(): void {
    const now = performance.now();
    const goesOn = now - this.#fullUntil < burstMs && this.#fullSince < now;
    if (!goesOn) this.#fullSince = now;
    this.#fullUntil = now;
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
