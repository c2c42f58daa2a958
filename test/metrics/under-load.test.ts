import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { newId } from '../../src/values/ids.js';
import { useStipend } from '../harness.js';
import { until } from '../start/support.js';
import { figures } from './figures.js';

const token = 'a metrics token for tests';
const t = await useStipend({ METRICS_TOKEN: token, MAX_REQUESTS: '4', DATABASE_POOL_SIZE: '2' });

test('what is served, what waits for a connection, and what is refused are each shown as they are', async () => {
  const read = () => figures(t.url, `Bearer ${token}`);
  const client = new pg.Client(t.database.url);
  onTestFinished(() => client.end());
  await client.connect();
  await client.query('BEGIN; LOCK TABLE payments');
  // Reads by id, which have all connections; each is another statement.
  const id = newId(new Date());
  const ask = (field: string) => t.gql(`{ payment(id: "${id}") { ${field} } }`, {}, t.admin);
  const held = ['id', 'kind', 'note', 'issuedAt'].map(ask);
  await until(async () => (await read()).value('stipend_requests_in_flight') === 4, 8_000);
  await until(
    async () => (await read()).value('stipend_database_connections', { state: 'waited_for' }) === 2,
    8_000,
  );
  const now = await read();
  expect(now.value('stipend_database_connections', { state: 'open' })).toBe(2);
  expect(now.value('stipend_database_connections', { state: 'idle' })).toBe(0);

  const reason = { reason: 'capacity' };
  const before = now.value('stipend_requests_refused_total', reason);
  for (let time = 0; time < 3; time++) expect((await ask('id')).status).toBe(503);
  expect((await read()).value('stipend_requests_refused_total', reason)).toBe(before + 3);

  await client.query('COMMIT');
  for (const answer of await Promise.all(held)) expect(answer.errors).toBeUndefined();
  expect((await read()).value('stipend_requests_in_flight')).toBe(0);
});
