import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { refuseUnparsed } from '../../src/http/refuse-unparsed.js';
import { repliesIn, runs, timeFor } from '../fuzz/support.js';

const longAnswer = 'x'.repeat(1_000);
const idField = /^x-id: (.*)\r$/m;

/** A server that answers with the request's id and its body, and one connection to it. */
async function openServer() {
  const state = { full: false, holding: false, parsed: [] as string[], refused: [] as string[] };
  const held: Array<() => void> = [];
  const server = createServer(async (request, response) => {
    state.parsed.push(String(request.headers['x-id']));
    const { 'x-early': early } = request.headers;
    const body = early === undefined ? await bodyOf(request) : early === 'long' ? longAnswer : '';
    if (body !== undefined) response.end(body);
  });
  server.on('clientError', (_error, socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  refuseUnparsed(server, {
    headers: ['retry-after', '1'],
    isHolding: () => state.holding,
    afterHold: (goOn) => held.push(goOn),
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
    end: () => socket.end(),
    hold: () => {
      state.holding = true;
    },
    release: () => {
      state.holding = false;
      for (const goOn of held.splice(0)) goOn();
    },
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

test('empty lines before a request are not taken for the end of its head', async () => {
  const { state, send, answered } = await openWarm();
  const inner = requestOf('inner');
  const early = 'x-early: 1\r\nContent-Length: ';
  // Its body is as long as what follows the empty lines, and has not come.
  const outer = `${head}${early}${head.length + early.length + '79\r\n\r\na'.length}\r\n\r\n`;
  await send(`\r\n\r\n${outer}a`);
  await answered(2);
  state.full = true;
  await send(inner);
  expect(state).toMatchObject({ parsed: ['first', 'odd'], refused: [] });
});

test('what follows chunks is left to node:http, also when they were answered before they came', async () => {
  const { state, send, answered } = await openWarm();
  await send(`${head}x-early: 1\r\nTransfer-Encoding: chunked\r\n\r\n`);
  await answered(2);
  // A chunk of ten bytes, in which the end of a head seems to be.
  const rest = '67890\r\n0\r\n\r\n';
  await send(`A\r\n1\r\n\r\n${rest}`);
  // Its head is answered, and its body is as long as all that came after that.
  const outer = `${head}x-early: 1\r\nContent-Length: `;
  await send(`${outer}${rest.length + outer.length + '90\r\n\r\n'.length}\r\n\r\n`);
  await answered(3);
  state.full = true;
  await send(requestOf('inner'));
  expect(state).toMatchObject({ parsed: ['first', 'odd', 'odd'], refused: [] });
});

test('pieces that are held are parsed afterwards, with the flow control of node:http', async () => {
  const { send, answered, replies, hold, release } = await openWarm();
  hold();
  // Node lets a client wait that has so many answers to come, and is to be given no second piece then.
  const many = 100;
  const long = requestOf('long', '', 'x-early: long\r\n');
  await send(requestOf('second') + long.repeat(many));
  await send(requestOf('last', 'the last one'));
  release();
  await answered(many + 3);
  expect(new Set(replies().map(({ status }) => status))).toEqual(new Set([200]));
  expect(replies().at(-1)?.text).toBe('the last one');
});

test('a client that says nothing more is answered what it said while all was held', async () => {
  const { state, send, answered, replies, hold, release, end } = await openWarm();
  state.full = true;
  hold();
  await send(requestOf('last'));
  end();
  release();
  await answered(2);
  expect(replies()[1]?.status).toBe(503);
  expect(state.refused).toEqual(['last']);
});

const aBody = fc.oneof(
  fc.constant(''),
  fc.constant('{"query":"{ __typename }"}'),
  fc.constant(requestOf('inner')),
  fc.string({ unit: 'grapheme-ascii', maxLength: 40 }),
);
const mostly = <T>(usual: T, ...others: T[]) =>
  fc.constantFrom(...Array.from({ length: 9 }, () => usual), ...others);

interface Asked {
  body: string;
  /** It is answered before its body is read. */
  isEarly: boolean;
  isChunked: boolean;
  before: string;
}

const aStream = fc.record({
  requests: fc.array(
    fc.record<Asked>({
      body: aBody,
      isEarly: mostly(false, true),
      isChunked: mostly(false, true),
      before: mostly('', '\r\n', '\r\n\r\n'),
    }),
    { minLength: 4, maxLength: 8 },
  ),
  /** Where it is cut into pieces, from 0 to 1, beside the ends of requests. */
  cuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 1 }),
  /** Which requests come together with the next one. */
  joined: fc.array(fc.constantFrom(true, false, false), { minLength: 8, maxLength: 8 }),
  full: fc.array(fc.constantFrom(true, true, false), { minLength: 1, maxLength: 5 }),
  /** Whether all is held from a piece on, until one that is not has come. */
  held: fc.array(mostly(false, true), { minLength: 1, maxLength: 5 }),
});
const streams = Math.ceil(runs / 4);

function textOf({ body, isEarly, isChunked, before }: Asked, id: string): string {
  const early = isEarly ? 'x-early: 1\r\n' : '';
  if (!isChunked) return before + requestOf(id, body, early);
  const chunk = body === '' ? '' : `${body.length.toString(16)}\r\n${body}\r\n`;
  const fields = `x-id: ${id}\r\n${early}Transfer-Encoding: chunked\r\n`;
  return `${before}POST /graphql HTTP/1.1\r\nHost: x\r\n${fields}\r\n${chunk}0\r\n\r\n`;
}

test('however requests are cut into pieces, each is answered once, in order, with its own body or a refusal', {
  timeout: timeFor(streams),
}, async () => {
  let refusedInAll = 0;
  await fc.assert(
    fc.asyncProperty(aStream, async ({ requests, cuts, joined, full, held }) => {
      const { state, send, answered, replies, close, hold, release } = await openServer();
      try {
        const texts = requests.map((request, index) => textOf(request, `r${index}`));
        const pieces = piecesOf(texts, cuts, joined);
        for (const [index, piece] of pieces.entries()) {
          const isHeld = index + 1 < pieces.length && held[index % held.length];
          if (isHeld) hold();
          state.full = full[index % full.length] ?? false;
          await send(piece.text);
          if (isHeld) continue;
          release();
          await answered(piece.ends);
        }
        const answers = replies().map(({ status, text }) => (status === 503 ? 'refused' : text));
        const expected = requests.map(({ body, isEarly }, index) => {
          if (state.refused.includes(`r${index}`)) return 'refused';
          return isEarly ? '' : body;
        });
        expect(answers).toEqual(expected);
        expect(state.parsed.length + state.refused.length).toBe(requests.length);
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
