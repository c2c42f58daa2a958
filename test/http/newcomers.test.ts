import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { Newcomers } from '../../src/http/newcomers.js';
import { refuseUnparsed } from '../../src/http/refuse-unparsed.js';

const workMs = 5;
const newcomers = 100;

/** A server that needs some milliseconds of the event loop for each request. */
async function openServer() {
  const seen = { requests: 0, connections: 0, holds: 0, releases: 0 };
  const letIn = new Newcomers({
    hold: () => {
      seen.holds += 1;
    },
    release: () => {
      seen.releases += 1;
    },
  });
  const server = createServer((_request, response) => {
    const until = performance.now() + workMs;
    while (performance.now() < until);
    seen.requests += 1;
    response.end();
  });
  refuseUnparsed(server, {
    headers: [],
    isHolding: () => letIn.isHolding,
    afterHold: (goOn) => letIn.afterHold(goOn),
    isFull: () => false,
    refusalFor: () => undefined,
  });
  letIn.watch(server);
  server.on('connection', () => {
    seen.connections += 1;
  });
  server.listen(0, '127.0.0.1', 2 * newcomers);
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { seen, port: (server.address() as AddressInfo).port };
}

function open(port: number): Socket {
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  onTestFinished(() => void socket.destroy());
  return socket;
}

/** Asks again and again, at once when it is answered. */
function keepAsking(port: number): void {
  const socket = open(port);
  const ask = () => socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  socket.on('data', ask);
  ask();
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

test('connections that come together are let in before work goes on, and not one after each piece of work', async () => {
  const { seen, port } = await openServer();
  keepAsking(port);
  await until(() => seen.requests > 3);
  const before = seen.requests;
  for (let index = 0; index < newcomers; index++) open(port);
  await until(() => seen.connections > newcomers);
  expect(seen.requests - before).toBeLessThan(newcomers / 2);
  await until(() => seen.requests > before + 3);
  expect(seen.releases).toBe(seen.holds);
});

test('however many connections come, work goes on, for as long as it was held', async () => {
  let isHeld = false;
  let heldAt = 0;
  const held: number[] = [];
  const worked: number[] = [];
  const letIn = new Newcomers({
    hold: () => {
      isHeld = true;
      if (held.length > 0) worked.push(performance.now() - heldAt);
      heldAt = performance.now();
    },
    release: () => {
      isHeld = false;
      held.push(performance.now() - heldAt);
      heldAt = performance.now();
    },
  });
  const server = createServer();
  letIn.watch(server);
  // One in each turn of the event loop, and no turn without.
  await until(() => {
    server.emit('connection', new Socket());
    return held.length === 5 && !isHeld;
  });
  for (const [index, ms] of worked.entries()) expect(ms).toBeGreaterThanOrEqual(0.9 * (held[index] ?? 0));
  expect(worked).toHaveLength(4);
});
