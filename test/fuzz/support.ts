import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import fc from 'fast-check';
import { buildSchema, isEnumType } from 'graphql';
import { expect } from 'vitest';
import type { Harness } from '../harness.js';

/** Inputs for the endpoint, and for each scalar. FUZZ_RUNS=10000 is the long mode. */
export const runs = Number(process.env.FUZZ_RUNS || 200);

/** For a test that tries so many inputs on a busy machine. */
export const timeFor = (inputs: number) => 60_000 + inputs * 60;

const errorCode = buildSchema(readFileSync('schema.graphql', 'utf8')).getType('ErrorCode');
const codes = new Set(isEnumType(errorCode) ? errorCode.getValues().map(({ name }) => name) : []);

/** Codes of the contract that no input may bring about. */
const ours = new Set(['INTERNAL_SERVER_ERROR', 'SERVICE_UNAVAILABLE']);

export interface Reply {
  status: number;
  type: string | undefined;
  text: string;
}

/** One that came in bytes, with its headers as they stood. */
export interface RawReply extends Reply {
  head: string;
}

export interface Request {
  method: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** Sends what `fetch` would not: any method, any header, any bytes. */
export function send(url: string, { method, path = '/graphql', headers = {}, body = '' }: Request) {
  return new Promise<Reply>((resolve, reject) => {
    const length = method === 'GET' || method === 'HEAD' ? {} : { 'content-length': Buffer.byteLength(body) };
    const request = httpRequest(`${url}${path}`, {
      method,
      headers: { ...headers, ...length },
      agent: false,
    });
    request.once('error', reject).once('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.once('error', reject).once('end', () => {
        resolve({ status: response.statusCode ?? 0, type: response.headers['content-type'], text });
      });
    });
    request.end(method === 'GET' || method === 'HEAD' ? undefined : body);
  });
}

/** Sends bytes to the port itself, and no more. @returns what came back until the server closed */
export function sendBytes(url: string, bytes: Uint8Array): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    // A server that has heard enough may close while it is still being written to.
    socket.on('error', () => {});
    socket.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    socket.once('close', () => resolve(text));
    socket.end(bytes);
  });
}

/** The replies in what came over a connection, in their order; what is not a reply has status 0. */
export function repliesIn(text: string): RawReply[] {
  if (text === '') return [];
  const [head = '', status = '0'] = /^HTTP\/1\.1 (\d{3}) .*?\r\n\r\n/s.exec(text) ?? [];
  const header = (name: string) => new RegExp(`^${name}: (.*)\r$`, 'im').exec(head)?.[1];
  const end = head.length + Number(header('content-length') ?? text.length);
  const type = header('content-type');
  const reply = { status: Number(status), type, text: text.slice(head.length, end), head };
  return [reply, ...repliesIn(text.slice(end))];
}

/** JSON in GraphQL's form, not a fault of the server's, and every code one of the contract's. */
export function expectSoundAnswer({ status, type, text }: Reply): void {
  expect(status).toBeGreaterThanOrEqual(200);
  expect(status, text).toBeLessThan(500);
  expect(type).toMatch(/^application\/(graphql-response\+)?json; ?charset=utf-8$/);
  const answer = JSON.parse(text);
  if (answer.errors === undefined) expect(answer.data).toBeDefined();
  for (const { extensions, message } of answer.errors ?? []) {
    expect(codes, `${message}`).toContain(extensions?.code);
    expect(ours, `${message}`).not.toContain(extensions?.code);
  }
}

/** After any number of inputs: it lives, serves, and has logged no fault of its own. */
export async function expectUnharmed(t: Harness): Promise<void> {
  expect((await send(t.url, { method: 'GET', path: '/readyz' })).status).toBe(200);
  expect((await t.gql('{ me { username } }', {}, t.admin)).data).toEqual({ me: { username: 'admin' } });
  const faults = t.logLines.filter((line) => JSON.parse(line).level >= 50);
  expect(faults).toEqual([]);
}

/** A request body as a client sends it, by an admin. */
export function operation(t: Harness, body: string | Buffer): Request {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${t.admin.token}` },
    body,
  };
}

/** Every code point, and halves of surrogate pairs as well. */
export const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 })
    .map((units) => String.fromCharCode(...units)),
);

/** Any value that JSON has, with odd keys and odd text in it. */
export const anyJson = fc.oneof(fc.jsonValue({ stringUnit: 'binary' }), anyText);

/** A JSON value as one writes it in a document; keys that are no names are left out. */
export function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const fields = Object.entries(value).filter(([key]) => /^[_A-Za-z]\w*$/.test(key));
  return `{${fields.map(([key, inner]) => `${key}: ${literal(inner)}`).join(', ')}}`;
}
