import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import { useStipend } from '../harness.js';
import { until } from '../start/support.js';
import { longMode } from './support.js';

const t = await useStipend();
const { hostname, port } = new URL(t.url);
const perKind = 300;

const body = JSON.stringify({ query: `{ me { id } } #${'x'.repeat(2_000)}` });
const headers = [
  'POST /graphql HTTP/1.1',
  'Host: slow',
  'Content-Type: application/json',
  `Authorization: Bearer ${t.viewer.token}`,
  `Content-Length: ${body.length}`,
].join('\r\n');

interface SlowClient {
  socket: Socket;
  unsent: string;
  received: string;
}

const clients: SlowClient[] = [];
afterAll(() => {
  clearInterval(dripping);
  for (const { socket } of clients) socket.destroy();
});
/** Each sends one byte at a time. */
const dripping = setInterval(() => {
  for (const client of clients) {
    if (!client.socket.writable) continue;
    client.socket.write(client.unsent.slice(0, 1));
    client.unsent = client.unsent.slice(1);
  }
}, 250);

async function connectSlowly(count: number, first: string, unsent: string): Promise<void> {
  const added = Array.from({ length: count }, (): SlowClient => {
    const socket = connect(Number(port), hostname);
    const client = { socket, unsent, received: '' };
    socket.on('error', () => {});
    socket.setEncoding('latin1').on('data', (text: string) => {
      client.received += text;
    });
    return client;
  });
  await Promise.all(added.map(({ socket }) => once(socket, 'connect')));
  for (const { socket } of added) if (first !== '') socket.write(first);
  clients.push(...added);
}

const isOpen = ({ socket }: SlowClient) => !socket.destroyed && socket.readable;

test('300 clients that send headers a byte at a time, and 300 that send bodies so, keep no honest client from its answers', async () => {
  await connectSlowly(perKind, '', headers);
  await connectSlowly(perKind, `${headers}\r\n\r\n`, body);
  for (let round = 0; round < 20; round++) {
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => t.gql('{ me { username } }', {}, t.viewer)),
    );
    for (const answer of answers) expect(answer.data?.me.username, answer.text).toBe('vera');
  }
  expect(clients.filter(isOpen).length).toBeGreaterThan(0);
  expect((await fetch(`${t.url}/readyz`)).status).toBe(200);
});

if (longMode) {
  test('a client that has not sent its headers within 10 s, or its request within 20 s, is closed', async () => {
    const startedAt = performance.now();
    const closed = (some: SlowClient[]) => async () => some.every((client) => !isOpen(client));
    await until(closed(clients.slice(0, perKind)), 20_000);
    await until(closed(clients), 30_000);
    expect(performance.now() - startedAt).toBeLessThan(40_000);
    for (const { received } of clients) expect(received).toMatch(/^(HTTP\/1\.1 408 |$)/);
  }, 90_000);
}
