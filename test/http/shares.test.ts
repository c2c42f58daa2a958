import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import { post, send } from '../client.js';
import { useStipend } from '../harness.js';
import { hold, lockPayments, untilLocked } from './support.js';

const t = await useStipend({
  MAX_REQUESTS: '10',
  MAX_REQUESTS_PER_ADDRESS: '9',
  TRUSTED_PROXIES: '127.0.0.1',
  OPERATION_TIMEOUT: '20s',
});
const { port } = new URL(t.url);

const sockets: Socket[] = [];
afterAll(() => {
  for (const socket of sockets) socket.destroy();
});

const sendAs = (address: string | undefined, query: string) =>
  post(t.url, JSON.stringify({ query }), {
    authorization: `Bearer ${t.admin.token}`,
    ...(address !== undefined && { 'x-forwarded-for': address }),
  });

test.each([
  ['an address', '192.0.2.7', '198.51.100.9', 9],
  ['a network of IPv6', '2001:db8::1', '2001:db8:0:1::1', 9],
  ['the trusted proxy itself', undefined, undefined, 10],
])(
  'requests of %s take no more than its share, others are served meanwhile',
  async (_who, own, other, most) => {
    const release = await lockPayments(t);
    const held = Array.from({ length: most }, () => sendAs(own, '{ payments { totalCount } }'));
    await expect.poll(async () => (await sendAs(own, '{ me { username } }')).status).toBe(503);
    if (other !== undefined) {
      expect((await sendAs(other, '{ me { username } }')).data).toEqual({ me: { username: 'admin' } });
    }
    await release();
    for (const answer of await Promise.all(held)) expect(answer.status).toBe(200);
  },
);

/** Sends a request whose answer is larger than what the system keeps, many times, and does not read. */
async function sendUnread(address: string): Promise<void> {
  const socket = connect(Number(port), '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => {}).pause();
  await once(socket, 'connect');
  const body = JSON.stringify({ query: '{ __schema { types { fields { name description } } } }' });
  const head = [
    'POST /graphql HTTP/1.1',
    'host: x',
    'content-type: application/json',
    `x-forwarded-for: ${address}`,
    `authorization: Bearer ${t.admin.token}`,
    `content-length: ${Buffer.byteLength(body)}`,
  ].join('\r\n');
  for (let sent = 0; sent < 1_500; sent++) socket.write(`${head}\r\n\r\n${body}`);
}

test('clients that do not read their answers lose their slots to those who need one', async () => {
  for (let count = 0; count < 15; count++) await sendUnread(count % 2 === 0 ? '192.0.2.7' : '192.0.2.8');
  // Others may be refused while the requests are still coming in, and are asked to try again.
  for (const address of ['192.0.2.7', '203.0.113.1', '203.0.113.2']) {
    const honest = async () => (await sendAs(address, '{ me { username } }')).status;
    await expect.poll(honest, { timeout: 20_000 }).toBe(200);
  }
  for (const socket of sockets) socket.destroy();
}, 60_000);

test('a server in which no slot becomes free is not ready, and is again afterwards', async () => {
  const { url } = await t.startAnother({ MAX_REQUESTS: '2' });
  const isReady = async () => (await fetch(`${url}/readyz`)).status === 200;
  expect(await isReady()).toBe(true);
  const { employeeId } = t.employee;
  // The database is ready all the time.
  const release = await hold(t, `SELECT FROM employees WHERE id = '${employeeId}' FOR UPDATE`);
  const edit = (title: string) =>
    send(url, {
      query: 'mutation ($input: EditEmployeeInput!) { editEmployee(input: $input) { employee { title } } }',
      variables: { input: { id: employeeId, version: 1, title } },
      token: t.admin.token,
    });
  const held = [edit('One'), edit('Two')];
  await untilLocked(t);
  await expect.poll(isReady, { timeout: 10_000 }).toBe(false);
  await release();
  await Promise.all(held);
  await expect.poll(isReady, { timeout: 5_000 }).toBe(true);
}, 30_000);
