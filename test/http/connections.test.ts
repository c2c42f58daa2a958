import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import { repliesIn } from '../fuzz/support.js';
import { useStipend } from '../harness.js';
import { closedPort } from '../start/support.js';
import { certificates } from '../tls/support.js';
import { lockPayments, untilLocked } from './support.js';

const t = await useStipend();
const { hostname, port } = new URL(t.url);
const [redirectPort, metricsPort] = [await closedPort(), await closedPort()];
const secure = await t.startAnother({
  ...certificates().issue('slow').env,
  HTTP_REDIRECT_PORT: String(redirectPort),
  METRICS_PORT: String(metricsPort),
});

const sockets: Socket[] = [];
const closed = new Set<Socket>();
afterAll(() => {
  for (const socket of sockets) socket.destroy();
});

async function open(at: number | string): Promise<Socket> {
  const socket = connect(Number(at), hostname);
  sockets.push(socket);
  socket.on('error', () => {}).once('close', () => closed.add(socket));
  await once(socket, 'connect');
  return socket;
}

/** Sends a part of a request and no more. @returns what came until the server closed, and when it did */
async function sendPart(at: number | string, part: string): Promise<{ text: string; seconds: number }> {
  const socket = await open(at);
  const startedAt = performance.now();
  let text = '';
  socket.setEncoding('latin1').on('data', (more: string) => {
    text += more;
  });
  socket.write(part);
  await once(socket, 'close');
  return { text, seconds: (performance.now() - startedAt) / 1_000 };
}

const head = 'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';

// They take their time at the same time.
test.concurrent.each([
  ['headers', 10, head],
  ['a body', 20, `${head}content-length: 100\r\n\r\n{"query"`],
  ['a body in chunks', 20, `${head}transfer-encoding: chunked\r\n\r\n5\r\n{"que`],
])(
  '%s that do not come within %i s are refused in JSON, and the connection is closed',
  async (_what, most, part) => {
    const { text, seconds } = await sendPart(port, part);
    const [reply] = repliesIn(text);
    expect(reply?.status).toBe(408);
    expect(JSON.parse(reply?.text ?? '').errors[0].extensions.code).toBe('BAD_USER_INPUT');
    expect(seconds).toBeGreaterThan(most - 1);
    expect(seconds).toBeLessThan(most + 4);
  },
  40_000,
);

test.concurrent.each([
  ['plain HTTP that is redirected', redirectPort, head, /^HTTP\/1\.1 408 /],
  ['the figures', metricsPort, head, /^HTTP\/1\.1 408 /],
  ['HTTPS, of which nothing has come yet', new URL(secure.url).port, '', /^$/],
])(
  'the port of %s waits 10 s and no longer for what a client has to say first',
  async (_name, at, part, answer) => {
    const { text, seconds } = await sendPart(at, part);
    expect(text).toMatch(answer);
    expect(seconds).toBeGreaterThan(9);
    expect(seconds).toBeLessThan(14);
  },
  40_000,
);

const request = (token: string, query: string) => {
  const body = JSON.stringify({ query });
  return `${head}authorization: Bearer ${token}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
};

test.concurrent('a client that reads nothing of what it is sent is closed', async () => {
  const socket = await open(port);
  socket.pause();
  // More than the system keeps for a client that does not read.
  const part = request(t.admin.token, '{ __schema { types { fields { name description } } } }');
  for (let sent = 0; sent < 2_000; sent++) socket.write(part);
  // Who neither reads nor writes is not told.
  const tryIt = () => {
    socket.write('x');
    return closed.has(socket);
  };
  await expect.poll(tryIt, { timeout: 50_000, interval: 500 }).toBe(true);
}, 60_000);

test('a connection may wait longer for its next request than reverse proxies let it, or KEEP_ALIVE, and is told so', async () => {
  const { url } = await t.startAnother({ KEEP_ALIVE: '2s' });
  expect((await fetch(`${t.url}/healthz`)).headers.get('keep-alive')).toBe('timeout=660');
  const socket = await open(new URL(url).port);
  const startedAt = performance.now();
  socket.resume().write('GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n');
  await once(socket, 'close');
  expect(performance.now() - startedAt).toBeGreaterThan(1_900);
  expect(performance.now() - startedAt).toBeLessThan(7_000);
});

/** Opens many at a time. */
async function openMany(at: number | string, count: number): Promise<Socket[]> {
  const many: Socket[] = [];
  // No more at a time than wait to be taken without being asked to come again.
  while (many.length < count) many.push(...(await Promise.all(Array.from({ length: 50 }, () => open(at)))));
  for (const socket of many) socket.resume();
  return many;
}

test('2,000 connections are taken, of one address 1,800, and for each further one the longest idle is closed', async () => {
  const many = await openMany(port, 2_000);
  const isClosed = (socket: Socket) => closed.has(socket);
  await expect.poll(() => many.filter(isClosed).length, { timeout: 10_000 }).toBeGreaterThanOrEqual(200);
  expect(many.slice(0, 190).every(isClosed)).toBe(true);
  expect(many.slice(-1_700).some(isClosed)).toBe(false);
  // Honest clients of the same address are served all the same.
  for (let count = 0; count < 10; count++) {
    const socket = await open(port);
    const [answer] = await Promise.all([
      once(socket, 'data'),
      socket.write(request(t.admin.token, '{ me { username } }')),
    ]);
    expect(String(answer)).toContain('"username":"admin"');
    socket.destroy();
  }
  for (const socket of many) socket.destroy();
});

test('a request that is being served is not cut off for a new connection', async () => {
  const { url } = await t.startAnother({ MAX_CONNECTIONS: '10' });
  const at = new URL(url).port;
  const release = await lockPayments(t);
  const socket = await open(at);
  let text = '';
  socket.setEncoding('latin1').on('data', (more: string) => {
    text += more;
  });
  socket.write(request(t.admin.token, '{ payments { totalCount } }'));
  await untilLocked(t);
  const others = await openMany(at, 50);
  await expect.poll(() => others.filter((one) => closed.has(one)).length).toBe(41);
  await release();
  await expect.poll(() => text).toContain('totalCount');
  for (const one of others) one.destroy();
});
