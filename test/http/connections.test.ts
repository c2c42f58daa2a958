import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import { repliesIn } from '../fuzz/support.js';
import { useStipend } from '../harness.js';
import { closedPort } from '../start/support.js';
import { certificates } from '../tls/support.js';

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

test('a connection may wait 30 s for its next request, and is told so', async () => {
  const response = await fetch(`${t.url}/healthz`);
  expect(response.headers.get('keep-alive')).toBe('timeout=30');
});

test('2,000 connections are taken and no more, and there is room again when some have gone', async () => {
  const many: Socket[] = [];
  // No more at a time than wait to be taken without being asked to come again.
  while (many.length < 2_050) many.push(...(await Promise.all(Array.from({ length: 50 }, () => open(port)))));
  for (const socket of many) socket.resume();
  const refused = () => many.filter((socket) => closed.has(socket)).length;
  await expect.poll(refused, { timeout: 10_000 }).toBeGreaterThanOrEqual(50);
  // The harness's own connections may be among those that were taken.
  expect(refused()).toBeLessThan(70);
  for (const socket of many) socket.destroy();
  await expect
    .poll(async () => (await t.gql('{ me { username } }', {}, t.admin).catch(() => undefined))?.status, {
      timeout: 10_000,
    })
    .toBe(200);
});
