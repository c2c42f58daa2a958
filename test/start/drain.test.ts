import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { logIn, send } from '../client.js';
import type { TestDatabase } from '../database.js';
import { insertEmployee } from '../factories.js';
import { cleanUp, newDatabase, planted, type Serving, serveHere, start, until } from './support.js';

cleanUp();

/** Makes every statement on the table wait. @returns what lets them go on */
async function hold(database: TestDatabase, table: 'employees' | 'payments'): Promise<() => Promise<void>> {
  const client = new pg.Client(database.url);
  onTestFinished(() => client.end());
  await client.connect();
  await client.query(`BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
  return async () => {
    await client.query('COMMIT');
  };
}

async function statementsWait(database: TestDatabase, count: number): Promise<void> {
  const waiting =
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
  await until(async () => (await database.sql(waiting)).length === count, 10_000);
}

async function stopsWithin(stipend: Serving, milliseconds: number): Promise<void> {
  const startedAt = performance.now();
  await stipend.stop();
  expect(performance.now() - startedAt).toBeLessThan(milliseconds);
}

const isRed = async (url: string) => (await fetch(`${url}/readyz`)).status === 503;

test('at SIGTERM, sent twice, requests in flight are answered, new ones are not taken, and the code is 0', async () => {
  const database = await newDatabase();
  const { ADMIN_PASSWORD } = planted;
  const stipend = await start({ ...database.env, ADMIN_PASSWORD });
  const token = await logIn(stipend.url, 'admin', ADMIN_PASSWORD);
  const employeeId = await insertEmployee(database);
  const release = await hold(database, 'payments');
  const read = send(stipend.url, { query: '{ payments { totalCount } }', token });
  const input = {
    employeeId,
    amount: { amount: '12.50', currency: 'EUR' },
    kind: 'BONUS',
    idempotencyKey: 'drain',
  };
  const paid = send(stipend.url, {
    query: 'mutation ($input: IssuePaymentInput!) { issuePayment(input: $input) { payment { id } } }',
    variables: { input },
    token,
  });
  await statementsWait(database, 2);

  stipend.child.kill('SIGTERM');
  await until(() => isRed(stipend.url), 5_000);
  stipend.child.kill('SIGTERM');
  expect((await send(stipend.url, { query: '{ __typename }', token })).status).toBe(503);
  await release();
  const releasedAt = performance.now();

  expect((await read).data.payments.totalCount).toBeGreaterThanOrEqual(0);
  const { id } = (await paid).data.issuePayment.payment;
  expect(await database.sql('SELECT id FROM payments')).toEqual([{ id }]);
  expect(await stipend.exited).toEqual({ code: 0, signal: null });
  expect(performance.now() - releasedAt).toBeLessThan(5_000);
  // In no terminal, the log is JSON.
  expect(stipend.stdout()).toMatch(/^\{"level":30,.*"msg":"stopping"\}$/m);
});

/** Connects and sends no more than this. */
async function halfRequest(url: string, sent: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  onTestFinished(() => {
    socket.destroy();
  });
  await once(socket, 'connect');
  if (sent !== '') socket.write(sent);
  return socket;
}

test('a connection on which nothing is asked does not hold up the stop', async () => {
  const { env } = await newDatabase();
  const stipend = await serveHere(env);
  await halfRequest(stipend.url, '');
  await halfRequest(stipend.url, 'POST /graphql HTTP/1.1\r\nHost: x\r\n');
  // A request that is answered shows that the connections before it have been taken, too.
  expect((await fetch(`${stipend.url}/healthz`)).status).toBe(200);
  await stopsWithin(stipend, 5_000);
});

test('a request that never ends holds up the stop for DRAIN_SECONDS, and no longer', async () => {
  const { env } = await newDatabase();
  const stipend = await serveHere({ ...env, DRAIN_SECONDS: '1' });
  const headers = 'Host: x\r\nContent-Type: application/json\r\nContent-Length: 99';
  await halfRequest(stipend.url, `POST /graphql HTTP/1.1\r\n${headers}\r\n\r\n{`);
  expect((await fetch(`${stipend.url}/healthz`)).status).toBe(200);
  await stopsWithin(stipend, 5_000);
});
