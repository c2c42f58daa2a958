import { once } from 'node:events';
import { connect } from 'node:net';
import { headersFor } from './client.js';

// HTTP/1.1 by hand: a load generator that costs as little as it can leaves the machine to what is measured.

/**
 * @typedef {object} WireAnswer
 * @property {number} status 0 when the connection ended without an answer
 * @property {string} head
 * @property {string} body
 */

/** The head of a POST whose body has as many bytes. */
export function headBytes(url, length, { token, headers } = {}) {
  const { host, pathname } = new URL(url);
  const fields = { host, ...headersFor(token), ...headers, 'content-length': length };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`POST ${pathname} HTTP/1.1\r\n${lines.join('')}\r\n`);
}

/** @param {import('./workloads.js').Request & { headers?: Record<string, string> }} request */
export function requestBytes(url, { body, ...request }) {
  const bytes = Buffer.from(body);
  return Buffer.concat([headBytes(url, bytes.length, request), bytes]);
}

export function openSocket(url) {
  const { hostname, port } = new URL(url);
  return connect({ host: hostname, port: Number(port), noDelay: true });
}

/** A connection that is kept alive, one request at a time; one that ends is opened again. */
export class Connection {
  #url;
  #socket;
  #received = '';
  #onAnswer;
  #closed = false;

  constructor(url) {
    this.#url = url;
    this.#open();
  }

  /** @param {(answer: WireAnswer) => void} onAnswer called once */
  send(bytes, onAnswer) {
    this.#onAnswer = onAnswer;
    this.#socket.write(bytes);
  }

  async opened() {
    if (this.#socket.connecting) await once(this.#socket, 'connect');
    return this;
  }

  close() {
    this.#closed = true;
    this.#socket.destroy();
  }

  #open() {
    this.#received = '';
    this.#socket = openSocket(this.#url)
      .on('data', (chunk) => this.#read(chunk))
      .on('error', () => {})
      .on('close', () => {
        if (this.#closed) return;
        this.#open();
        this.#answer({ status: 0, head: '', body: '' });
      });
  }

  #read(chunk) {
    this.#received += chunk.latin1Slice();
    const headEnd = this.#received.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const head = this.#received.slice(0, headEnd);
    const [, length] = /\r\ncontent-length: *(\d+)/i.exec(head) ?? [];
    const end = headEnd + 4 + Number(length ?? 0);
    if (this.#received.length < end) return;
    const body = this.#received.slice(headEnd + 4, end);
    this.#received = this.#received.slice(end);
    this.#answer({ status: Number(head.slice(9, 12)), head, body });
  }

  #answer(answer) {
    const onAnswer = this.#onAnswer;
    this.#onAnswer = undefined;
    onAnswer?.(answer);
  }
}

/** @returns {Promise<Connection[]>} a few opened at a time: the server's queue of new ones is short */
export async function openConnections(url, count) {
  const connections = [];
  while (connections.length < count) {
    const few = Array.from({ length: Math.min(50, count - connections.length) }, () => new Connection(url));
    connections.push(...(await Promise.all(few.map((connection) => connection.opened()))));
  }
  return connections;
}
