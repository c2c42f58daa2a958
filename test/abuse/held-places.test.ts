import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import { logIn, post } from '../client.js';
import { insertUser, userPassword } from '../factories.js';
import { attack, liveHonestly, sendUnread, startTarget, times } from './support.js';

const target = await startTarget({ TRUSTED_PROXIES: '127.0.0.1', LOGIN_FAILURES_PER_ADDRESS: '5' });
const { url, employeeToken } = target;
const port = Number(new URL(url).port);

const sockets: Socket[] = [];
afterAll(() => {
  for (const socket of sockets) socket.destroy();
});

const login = (username: string, password: string, address: string) =>
  post(
    url,
    JSON.stringify({
      query: 'mutation ($u: String!, $p: String!) { login(username: $u, password: $p) { token } }',
      variables: { u: username, p: password },
    }),
    { 'x-forwarded-for': address },
  );

test('answers that nobody reads hold no slots', async () => {
  const large = `{ payments(first: 100) { nodes { ${times(25, (i) => `${'x'.repeat(30)}${10 + i}: id`)} employee { payments(first: 5) { nodes { ${times(4, (i) => `a${i}: id`)} } } } } } }`;
  const unread = Promise.all(Array.from({ length: 300 }, () => sendUnread(url, large, employeeToken)));
  await liveHonestly(target, unread);
  sockets.push(...(await unread));
  for (let count = 0; count < 10; count++) await target.readHonestly();
  await target.payHonestly();
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
});

test('2,500 idle connections keep nobody out', async () => {
  const idle: Socket[] = [];
  const openOne = async () => {
    const socket = connect(port, '127.0.0.1');
    idle.push(socket);
    socket.on('error', () => {});
    await once(socket, 'connect');
  };
  const opening = (async () => {
    while (idle.length < 2_500) await Promise.all(Array.from({ length: 50 }, openOne));
  })();
  await liveHonestly(target, opening);
  // The honest client's connections are new: agents keep theirs, which would show nothing.
  for (let count = 0; count < 10; count++) {
    const response = await fetch(`${url}/healthz`, { headers: { connection: 'close' } });
    expect(response.status).toBe(200);
  }
  await target.payHonestly();
  for (const socket of idle) socket.destroy();
});

test('an address that has to wait holds no place of those who log in', async () => {
  const attacker = '192.0.2.7';
  for (let count = 0; count < 6; count++) await login(`nobody-${count}`, 'a wrong password', attacker);
  expect((await login('nobody', 'a wrong password', attacker)).errors).toMatchObject([
    { extensions: { code: 'RATE_LIMITED' } },
  ]);
  const honest = Array.from({ length: 10 }, (_, index) => `honest-${index}`);
  for (const username of honest) await insertUser(target.database, { username, role: 'VIEWER' });
  const honestLogins = (async () => {
    for (const username of honest) await logIn(url, username, userPassword);
  })();
  const { answers } = await attack(target, { clients: 150, requests: 300 }, (index) =>
    login(`nobody-${index}`, 'a wrong password', attacker),
  );
  await honestLogins;
  for (const { errors } of answers) expect(errors?.[0]?.extensions.code).toBe('RATE_LIMITED');
});
