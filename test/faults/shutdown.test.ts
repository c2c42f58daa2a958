import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { logIn, send } from '../client.js';
import type { TestDatabase } from '../database.js';
import { insertEmployee } from '../factories.js';
import { issuePayment } from '../issue-payment/support.js';
import { cleanUp, newDatabase, planted, start, until } from '../start/support.js';

cleanUp();

/** A Stipend during a payment that waits for a lock, and what lets it go on. */
async function amidAPayment(env: Record<string, string>) {
  const database = await newDatabase();
  const { ADMIN_PASSWORD } = planted;
  const stipend = await start({ ...database.env, ADMIN_PASSWORD, ...env });
  const token = await logIn(stipend.url, 'admin', ADMIN_PASSWORD);
  const input = {
    employeeId: await insertEmployee(database),
    amount: { amount: '12.50', currency: 'EUR' },
    kind: 'BONUS',
    idempotencyKey: 'in flight',
  };
  const client = new pg.Client(database.url);
  await client.connect();
  onTestFinished(() => client.end());
  // A row and no table, which would make the server unready.
  await client.query('BEGIN; SELECT FROM employees FOR UPDATE');
  const payment = send(stipend.url, { query: issuePayment, variables: { input }, token });
  payment.catch(() => {});
  await until(() => isHeld(database), 10_000);
  return { stipend, database, payment, release: () => client.query('COMMIT') };
}

async function isHeld(database: TestDatabase): Promise<boolean> {
  const waiting =
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
  return (await database.sql(waiting)).length === 1;
}

/** Whether PostgreSQL still works for a Stipend, be it one that has gone. */
async function isServed(database: TestDatabase): Promise<boolean> {
  const sessions =
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'stipend%'";
  return (await database.sql(sessions)).length > 0;
}

const statusOf = async (url: string) => (await fetch(url)).status;

/** What a load balancer asks, over and over. */
const isRed = async (url: string) => (await statusOf(`${url}/readyz`)) === 503;

test('at SIGTERM readiness is red and no new work is taken; the payment in flight is finished and answered, and the code is 0', async () => {
  const { stipend, database, payment, release } = await amidAPayment({});
  expect(await isRed(stipend.url)).toBe(false);
  stipend.child.kill('SIGTERM');
  await until(() => isRed(stipend.url), 5_000);
  // As often as is asked while the payment is in flight, over connections that are there and over new ones.
  for (let time = 0; time < 5; time++) {
    expect(await isRed(stipend.url)).toBe(true);
    expect(await statusOf(`${stipend.url}/healthz`)).toBe(200);
    const refused = await send(stipend.url, { query: '{ __typename }' });
    expect(refused.status).toBe(503);
    expect(refused.errors?.[0]?.extensions.code).toBe('SERVICE_UNAVAILABLE');
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(refused.headers.get('connection')).toBe('close');
  }
  await release();
  const { id } = (await payment).data.issuePayment.payment;
  expect(await database.sql('SELECT id FROM payments')).toEqual([{ id }]);
  expect(await stipend.exited).toEqual({ code: 0, signal: null });
  expect(stipend.stderr()).toBe('');
});

test('a payment that never ends holds up the stop for DRAIN_SECONDS, and no longer; it is whole or not there', async () => {
  const { stipend, database, payment, release } = await amidAPayment({
    DRAIN_SECONDS: '1',
    OPERATION_TIMEOUT: '5m',
  });
  const signalledAt = performance.now();
  stipend.child.kill('SIGTERM');
  expect(await stipend.exited).toEqual({ code: 0, signal: null });
  expect(performance.now() - signalledAt).toBeLessThan(15_000);
  await expect(payment).rejects.toThrow();
  await release();
  // What has its lock may not have committed yet: until its connection is over, two looks could see two states.
  await until(async () => !(await isServed(database)), 5_000);
  const rows = (table: string) => database.sql(`SELECT 1 FROM ${table}`);
  const { length } = await rows('payments');
  expect(await rows('idempotency_records')).toHaveLength(length);
});
