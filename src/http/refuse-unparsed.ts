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
  /** Does what is to be done about a piece that has come, now or soon, in the order in which they come. */
  whenLetIn(work: () => void): void;
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
export function refuseUnparsed(
  server: HttpServer | HttpsServer,
  { headers, whenLetIn, isFull, refusalFor }: UnparsedRefusals,
): void {
  const responseOf = responseWith(headers);
  const streams = new WeakMap<Socket, RequestStream>();
  server.on(server instanceof TlsServer ? 'secureConnection' : 'connection', (socket: Socket) => {
    const [parse, ...others] = socket.listeners('data');
    if (!parse || others.length > 0) return;
    const stream = new RequestStream();
    streams.set(socket, stream);
    socket.removeListener('data', parse as (chunk: Buffer) => void);
    const take = (chunk: Buffer) => {
      if (socket.destroyed) return;
      // A client that does not read its answers is for node:http's flow control.
      if (stream.isAtStart && socket.writableLength === 0 && isFull()) {
        const head = plainHeadOf(chunk);
        const refusal = head && refusalFor(head);
        if (refusal) return void socket.write(responseOf(refusal), 'latin1');
      }
      stream.passOn(chunk);
      parse.call(socket, chunk);
    };
    socket.on('data', (chunk: Buffer) => whenLetIn(() => take(chunk)));
  });
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    streams.get(request.socket)?.begin(request, response);
  });
}

const endOfHead = '\r\n\r\n';

/** Whether what node:http was given of a connection is whole requests, and no byte of another one. */
class RequestStream {
  #state: 'new' | 'under way' | 'at start' | 'unknown' = 'new';
  /** How much came after the head of the request that is under way. */
  #bodyBytes = 0;

  /** That of the next request: all before it is answered. The first one is always node:http's, which times it. */
  get isAtStart(): boolean {
    return this.#state === 'at start';
  }

  passOn(chunk: Buffer): void {
    if (this.#state === 'under way') this.#bodyBytes += chunk.length;
    if (this.#state === 'under way' || this.#state === 'unknown') return;
    const end = chunk.indexOf(endOfHead);
    this.#state = end < 0 ? 'unknown' : 'under way';
    this.#bodyBytes = chunk.length - end - endOfHead.length;
  }

  /** A request whose head has come, as node:http read it. */
  begin({ headers }: IncomingMessage, response: ServerResponse): void {
    if (this.#state !== 'under way') return;
    // For chunks no length is announced, and something comes.
    const announced = Number(headers['content-length'] ?? 0);
    response.once('close', () => {
      if (this.#state === 'under way') this.#state = this.#bodyBytes === announced ? 'at start' : 'unknown';
    });
  }
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
