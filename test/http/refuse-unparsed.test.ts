import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { refuseUnparsed } from '../../src/http/refuse-unparsed.js';
import { repliesIn, runs, timeFor } from '../fuzz/support.js';

const idField = /^x-id: (.*)\r$/m;

/** A server that answers with the request's id and its body, and one connection to it. */
async function openServer() {
  const state = { full: false, parsed: [] as string[], refused: [] as string[] };
  const server = createServer(async (request, response) => {
    state.parsed.push(String(request.headers['x-id']));
    const body = await bodyOf(request);
    if (body !== undefined) response.end(body);
  });
  server.on('clientError', (_error, socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  refuseUnparsed(server, {
    headers: ['retry-after', '1'],
    whenLetIn: (work) => work(),
    isFull: () => state.full,
    refusalFor: ({ fields }) => {
      const [, id = ''] = idField.exec(fields) ?? [];
      state.refused.push(id);
      return { type: 'text/plain', requestId: id, body: 'full' };
    },
  });
  let arrived: Socket | undefined;
  server.on('connection', (socket) => {
    arrived = socket;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  const received: string[] = [];
  socket.setNoDelay(true).setEncoding('latin1');
  socket.on('data', (text: string) => received.push(text)).on('error', () => {});
  await once(socket, 'connect');
  const close = () => {
    socket.destroy();
    server.closeAllConnections();
    server.close();
  };
  const replies = () => repliesIn(received.join(''));
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  let sent = 0;
  return {
    state,
    replies,
    close,
    /** Sends what the server reads as one piece. */
    send: async (piece: string) => {
      socket.write(piece, 'latin1');
      sent += piece.length;
      while ((arrived?.bytesRead ?? 0) < sent && !arrived?.destroyed) await turn();
    },
    answered: async (count: number) => {
      while (replies().length < count) await turn();
    },
  };
}

/** @returns undefined when its end does not come */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  let body = '';
  try {
    for await (const piece of request.setEncoding('latin1')) body += piece;
    return body;
  } catch {
    return undefined;
  }
}

const requestOf = (id: string, body = '{"query":"{ __typename }"}', fields = '') =>
  `POST /graphql HTTP/1.1\r\nHost: x\r\nx-id: ${id}\r\n${fields}Content-Length: ${body.length}\r\n\r\n${body}`;

/** The first request is answered: of the next one it is known that it is at a start. */
async function openWarm() {
  const opened = await openServer();
  onTestFinished(opened.close);
  await opened.send(requestOf('first'));
  await opened.answered(1);
  return opened;
}

test('a plain request that comes while there is no room is refused without node:http, and the next one is served', async () => {
  const { state, send, replies, answered } = await openWarm();
  state.full = true;
  await send(requestOf('second'));
  await answered(2);
  await send(requestOf('third', '{}', 'Connection: keep-alive\r\nAccept: */*\r\n'));
  await answered(3);
  state.full = false;
  await send(requestOf('fourth'));
  await answered(4);
  expect(state.refused).toEqual(['second', 'third']);
  expect(state.parsed).toEqual(['first', 'fourth']);
  expect(replies().map(({ status }) => status)).toEqual([200, 503, 503, 200]);
  expect(replies()[1]?.text).toBe('full');
});

test('the first request of a connection is left to node:http, which times it', async () => {
  const { state, send, answered, close } = await openServer();
  onTestFinished(close);
  state.full = true;
  await send(requestOf('first'));
  await answered(1);
  expect(state).toMatchObject({ parsed: ['first'], refused: [] });
});

const plain = requestOf('odd');
const head = 'POST /graphql HTTP/1.1\r\nHost: x\r\nx-id: odd\r\n';

test.each<[string, string]>([
  ['in chunks', `${head}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  ['with two lengths', `${head}Content-Length: 0\r\nContent-Length: 0\r\n\r\n`],
  ['with chunks and a length', `${head}Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n`],
  ['with no length', `${head}\r\n`],
  ['with a length that is none', `${head}Content-Length: +2\r\n\r\n{}`],
  ['with a folded field', `${head}X-A: b\r\n c\r\nContent-Length: 0\r\n\r\n`],
  ['with a space in a field name', `${head}Content-Length : 0\r\n\r\n`],
  ['with an expectation', `${head}Expect: 100-continue\r\nContent-Length: 0\r\n\r\n`],
  ['with an upgrade', `${head}Connection: upgrade\r\nUpgrade: h2c\r\nContent-Length: 0\r\n\r\n`],
  ['that ends its connection', `${head}Connection: close\r\nContent-Length: 0\r\n\r\n`],
  ['of a page of some origin', `${head}Origin: https://a.example\r\nContent-Length: 0\r\n\r\n`],
  ['by GET', plain.replace('POST', 'GET')],
  ['for another path', plain.replace('/graphql', '/healthz')],
  ['of HTTP/1.0', plain.replace('HTTP/1.1', 'HTTP/1.0')],
  ['with a bare LF', plain.replace('Host: x\r\n', 'Host: x\n')],
  ['that has not come whole', plain.slice(0, -1)],
  ['with a part of the next one', `${plain}POST`],
])('a request %s is left to node:http', async (_what, request) => {
  const { state, send } = await openWarm();
  state.full = true;
  await send(request);
  expect(state.refused).toEqual([]);
});

test('a body that looks like a request, and comes in a piece of its own, is a body', async () => {
  const { state, send, answered, replies } = await openWarm();
  const inner = requestOf('inner');
  const [outerHead = ''] = requestOf('outer', inner).split(inner);
  state.full = true;
  await send(outerHead);
  await send(inner);
  await answered(2);
  expect(replies()[1]).toMatchObject({ status: 200, text: inner });
  expect(state).toMatchObject({ parsed: ['first', 'outer'], refused: [] });
});

test('after a request in several pieces the next one may be refused', async () => {
  const { state, send, answered } = await openWarm();
  const request = requestOf('second');
  await send(request.slice(0, -9));
  await send(request.slice(-9, -2));
  await send(request.slice(-2));
  await answered(2);
  state.full = true;
  await send(requestOf('third'));
  await answered(3);
  expect(state).toMatchObject({ parsed: ['first', 'second'], refused: ['third'] });
});

test('what follows a part of a request is never taken for the start of one', async () => {
  const { state, send, answered, replies } = await openWarm();
  const inner = requestOf('inner');
  const [outerHead = ''] = requestOf('outer', inner).split(inner);
  // The second request's head comes with the first one, which is answered before the body of the second.
  await send(requestOf('before') + outerHead);
  await answered(2);
  state.full = true;
  await send(inner);
  await answered(3);
  expect(replies()[2]).toMatchObject({ status: 200, text: inner });
  expect(state).toMatchObject({ parsed: ['first', 'before', 'outer'], refused: [] });
});

const aBody = fc.oneof(
  fc.constant(''),
  fc.constant('{"query":"{ __typename }"}'),
  fc.constant(requestOf('inner')),
  fc.string({ unit: 'grapheme-ascii', maxLength: 40 }),
);
const aStream = fc.record({
  bodies: fc.array(aBody, { minLength: 4, maxLength: 8 }),
  /** Where it is cut into pieces, from 0 to 1, beside the ends of requests. */
  cuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 2 }),
  /** Which requests come together with the next one. */
  joined: fc.array(fc.constantFrom(true, false, false), { minLength: 8, maxLength: 8 }),
  full: fc.array(fc.constantFrom(true, true, false), { minLength: 1, maxLength: 5 }),
});
const streams = Math.ceil(runs / 4);

test('however requests are cut into pieces, each is answered once, in order, with its own body or a refusal', {
  timeout: timeFor(streams),
}, async () => {
  let refusedInAll = 0;
  await fc.assert(
    fc.asyncProperty(aStream, async ({ bodies, cuts, joined, full }) => {
      const { state, send, answered, replies, close } = await openServer();
      try {
        const requests = bodies.map((body, index) => requestOf(`r${index}`, body));
        for (const [index, piece] of piecesOf(requests, cuts, joined).entries()) {
          state.full = full[index % full.length] ?? false;
          await send(piece.text);
          await answered(piece.ends);
        }
        const answers = replies().map(({ status, text }) => (status === 503 ? 'refused' : text));
        const expected = bodies.map((body, index) =>
          state.refused.includes(`r${index}`) ? 'refused' : body,
        );
        expect(answers).toEqual(expected);
        expect(state.parsed.length + state.refused.length).toBe(bodies.length);
        refusedInAll += state.refused.length;
      } finally {
        close();
      }
    }),
    { numRuns: streams },
  );
  expect(refusedInAll).toBeGreaterThan(0);
});

/** @returns what is sent at once, and how many requests have come whole with it */
function piecesOf(requests: string[], cuts: number[], joined: boolean[]) {
  const whole = requests.join('');
  let end = 0;
  const ends = requests.map((request) => {
    end += request.length;
    return end;
  });
  const places = [
    ...ends.filter((_, index) => !joined[index]),
    ...cuts.map((cut) => Math.floor(cut * whole.length)),
    whole.length,
  ].sort((a, b) => a - b);
  return places.map((place, index) => ({
    text: whole.slice(places[index - 1] ?? 0, place),
    ends: ends.filter((at) => at <= place).length,
  }));
}
