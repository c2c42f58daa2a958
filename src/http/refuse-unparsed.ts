import type { Server as HttpServer, IncomingMessage, ServerResponse } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';
import { keepAliveSeconds } from './bounded-server.js';

/** The start of a request that is as plain as can be, all of which has come. */
export interface PlainHead {
  /** Its fields as they came, each with the CRLF at its end. */
  fields: string;
  /** The same in lower case. */
  lowerCase: string;
}

/** All of it is ASCII. */
export interface PlainRefusal {
  type: string;
  requestId: string;
  body: string;
}

export interface UnparsedRefusals {
  /** Of every refusal, names and values in turn. */
  headers: readonly string[];
  /** Whether nothing that has come is to be looked at. */
  isHolding(): boolean;
  /** Told once, when it is to be looked at again. */
  afterHold(goOn: () => void): void;
  /** Asked for each request that could be refused. */
  isFull(): boolean;
  /** @returns undefined when node:http is to see to the request */
  refusalFor(head: PlainHead): PlainRefusal | undefined;
}

/**
 * Refuses requests from what arrives on a connection. node:http's objects for a request and its answer are most of what a
 * refusal costs: docs/decisions/refusing-early.md. Only what is a whole request beyond doubt, in one piece, after whole
 * requests that are all answered, is taken from node:http; it reads everything else, so that nothing is let in that
 * it would refuse, and no byte of one request is taken for another's.
 */
export function refuseUnparsed(server: HttpServer | HttpsServer, refusals: UnparsedRefusals): void {
  const { isFull, refusalFor } = refusals;
  const responseOf = responseWith(refusals.headers);
  const streams = new WeakMap<Socket, RequestStream>();
  server.on(server instanceof TlsServer ? 'secureConnection' : 'connection', (socket: Socket) => {
    const [parse, ...others] = socket.listeners('data');
    if (!parse || others.length > 0) return;
    const stream = new RequestStream();
    streams.set(socket, stream);
    const take = (chunk: Buffer) => {
      // A client that does not read its answers is for node:http's flow control.
      if (stream.isAtStart && socket.writableLength === 0 && isFull()) {
        const head = plainHeadOf(chunk);
        const refusal = head && refusalFor(head);
        if (refusal) return void socket.write(responseOf(refusal), 'latin1');
      }
      stream.passOn(chunk, () => parse.call(socket, chunk));
    };
    socket.removeListener('data', parse as (chunk: Buffer) => void);
    socket.on('data', holdable(socket, refusals, take));
  });
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    streams.get(request.socket)?.begin(request, response);
  });
}

/**
 * While all is held, a piece goes back to where it came from: node:http must not be given a second one when it has asked the
 * socket to pause after the first, nor the end of what a client sends before all of it; and no more is read.
 */
function holdable(
  socket: Socket,
  { isHolding, afterHold }: UnparsedRefusals,
  take: (chunk: Buffer) => void,
): (chunk: Buffer) => void {
  let isHeld = false;
  return (chunk) => {
    if (!isHolding()) return take(chunk);
    socket.pause();
    socket.unshift(chunk);
    if (isHeld) return;
    isHeld = true;
    afterHold(() => {
      isHeld = false;
      if (!socket.destroyed) socket.resume();
    });
  };
}

const endOfHead = '\r\n\r\n';

/** Whether what node:http was given of a connection is whole requests, and no byte of another one. */
class RequestStream {
  #state: 'new' | 'under way' | 'at start' | 'unknown' = 'new';
  /** How much came after the head of the request that is under way. */
  #bodyBytes = 0;
  /** That node:http has found since then. */
  #requests = 0;

  /** That of the next request: all before it is answered. The first one is always node:http's, which times it. */
  get isAtStart(): boolean {
    return this.#state === 'at start';
  }

  /** @param parse gives node:http the chunk */
  passOn(chunk: Buffer, parse: () => void): void {
    if (this.#state === 'under way') this.#bodyBytes += chunk.length;
    else if (this.#state !== 'unknown') this.#start(chunk);
    parse();
    // What looked like the end of a head was none, or there was more than one.
    if (this.#state === 'under way' && this.#requests !== 1) this.#state = 'unknown';
  }

  #start(chunk: Buffer): void {
    const end = chunk.indexOf(endOfHead);
    // Empty lines before a request are passed over (RFC 9112 section 2.2), and would be taken for the end of its head.
    const isWhole = end >= 0 && isLetter(chunk[0]);
    this.#state = isWhole ? 'under way' : 'unknown';
    this.#bodyBytes = chunk.length - end - endOfHead.length;
    this.#requests = 0;
  }

  /** A request whose head has come, as node:http read it. */
  begin({ headers }: IncomingMessage, response: ServerResponse): void {
    this.#requests += 1;
    // Where chunks end is not to be seen, and what is answered early may be followed by them.
    if (headers['transfer-encoding'] !== undefined) this.#state = 'unknown';
    const announced = Number(headers['content-length'] ?? 0);
    response.once('close', () => {
      if (this.#state === 'under way') this.#state = this.#bodyBytes === announced ? 'at start' : 'unknown';
    });
  }
}

function isLetter(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x41 && byte <= 0x5a;
}

const requestLine = Buffer.from('POST /graphql HTTP/1.1\r\n');
/** RFC 9112 section 5: one line for each field, and none folded. */
const plainFields = /^(?:[!#$%&'*+.^_`|~\w-]+:[\t\x20-\x7e\x80-\xff]*\r\n)+$/;
/** What has to do with the body's end, the connection's, or a browser's rules. */
const needsMore = /^(?:transfer-encoding|expect|upgrade|origin|connection:(?! *keep-alive *\r))/m;
const lengths = /^content-length:(?: *(\d{1,7}) *\r)?/gm;

/** @returns undefined unless the chunk is one whole plain request, and nothing more */
function plainHeadOf(chunk: Buffer): PlainHead | undefined {
  if (!chunk.subarray(0, requestLine.length).equals(requestLine)) return undefined;
  const end = chunk.indexOf(endOfHead);
  if (end < 0) return undefined;
  const fields = chunk.toString('latin1', requestLine.length, end + 2);
  const lowerCase = fields.toLowerCase();
  if (!plainFields.test(fields) || needsMore.test(lowerCase)) return undefined;
  const [length, ...others] = lowerCase.matchAll(lengths);
  const bodyBytes = chunk.length - end - endOfHead.length;
  return others.length === 0 && Number(length?.[1]) === bodyBytes ? { fields, lowerCase } : undefined;
}

/** What Node would send, with what it adds of itself. */
function responseWith(headers: readonly string[]): (refusal: PlainRefusal) => string {
  let start = 'HTTP/1.1 503 Service Unavailable\r\n';
  for (let index = 0; index < headers.length; index += 2)
    start += `${headers[index]}: ${headers[index + 1]}\r\n`;
  const connection = `connection: keep-alive\r\nkeep-alive: timeout=${keepAliveSeconds}\r\n`;
  return ({ type, requestId, body }) => {
    const own = `content-type: ${type}\r\ncontent-length: ${body.length}\r\nx-request-id: ${requestId}\r\n`;
    return `${start}${own}date: ${httpDate()}\r\n${connection}\r\n${body}`;
  };
}

let date = '';
let dateUntil = 0;

/** RFC 9110 section 5.6.7; made once a second. */
function httpDate(): string {
  const now = Date.now();
  if (now >= dateUntil) {
    date = new Date(now).toUTCString();
    dateUntil = now - (now % 1_000) + 1_000;
  }
  return date;
}
