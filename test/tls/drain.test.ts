import { readFileSync } from 'node:fs';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { useStipend } from '../harness.js';
import { until } from '../start/support.js';
import { ask, certificates } from './support.js';

const certificate = certificates().issue('drain');
const t = await useStipend();
const ca = readFileSync(certificate.cert);

test('at a stop, a request that is in flight by HTTPS is finished and answered', async () => {
  const secure = await t.startAnother(certificate.env);
  const client = new pg.Client(t.database.url);
  onTestFinished(() => client.end());
  await client.connect();
  await client.query('BEGIN; LOCK TABLE payments');
  const inFlight = ask(`${secure.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${t.admin.token}` },
    body: '{"query":"{ payments { totalCount } }"}',
    ca,
  });
  const waiting =
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
  await until(async () => (await t.database.sql(waiting)).length > 0, 5_000);

  const stopping = secure.stop();
  const isRed = async () => (await ask(`${secure.url}/readyz`, { ca })).status === 503;
  await until(isRed, 5_000);
  await client.query('COMMIT');
  const { status, text } = await inFlight;
  expect({ status, answer: JSON.parse(text) }).toEqual({
    status: 200,
    answer: { data: { payments: { totalCount: 0 } } },
  });
  await stopping;
});
