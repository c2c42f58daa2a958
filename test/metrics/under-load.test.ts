import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { newId } from '../../src/values/ids.js';
import { expectCode } from '../expect.js';
import { useStipend } from '../harness.js';
import { until } from '../start/support.js';
import { figures } from './figures.js';

const token = 'a metrics token for tests';
const t = await useStipend({ METRICS_TOKEN: token, MAX_REQUESTS: '4', DATABASE_POOL_SIZE: '2' });

/** Whether so many connections wait for the lock. */
async function waiting(count: number): Promise<boolean> {
  const locked =
    "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
  return (await t.database.sql(locked)).length === count;
}

test('what is served, what waits for a connection, and what is refused are each shown as they are', async () => {
  const read = () => figures(t.url, `Bearer ${token}`);
  const client = new pg.Client(t.database.url);
  onTestFinished(() => client.end());
  await client.connect();
  await client.query('BEGIN; LOCK TABLE payments');
  // Two reads one after the other, so that they share no statement, hold the connections; two voids wait for one.
  const id = newId(new Date());
  const ask = () => t.gql(`{ payment(id: "${id}") { id } }`, {}, t.admin);
  const voidPayment = () =>
    t.gql(
      `mutation { voidPayment(input: { id: "${id}", reason: "A test" }) { payment { id } } }`,
      {},
      t.admin,
    );
  const held = [ask()];
  await until(() => waiting(1), 8_000);
  held.push(ask());
  await until(() => waiting(2), 8_000);
  const voids = [voidPayment(), voidPayment()];
  await until(async () => (await read()).value('stipend_requests_in_flight') === 4, 8_000);
  // What chains the audit log may wait for one too.
  await until(
    async () => (await read()).value('stipend_database_connections', { state: 'waited_for' }) >= 2,
    8_000,
  );
  const now = await read();
  expect(now.value('stipend_database_connections', { state: 'open' })).toBe(2);
  expect(now.value('stipend_database_connections', { state: 'idle' })).toBe(0);

  const reason = { reason: 'capacity' };
  const before = now.value('stipend_requests_refused_total', reason);
  for (let time = 0; time < 3; time++) expect((await ask()).status).toBe(503);
  expect((await read()).value('stipend_requests_refused_total', reason)).toBe(before + 3);

  await client.query('COMMIT');
  for (const answer of await Promise.all(held)) expect(answer.errors).toBeUndefined();
  for (const answer of await Promise.all(voids)) expectCode(answer, 'NOT_FOUND');
  expect((await read()).value('stipend_requests_in_flight')).toBe(0);
});
