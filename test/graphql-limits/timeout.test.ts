import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { withDeadline } from '../../src/http/deadline.js';
import type { Answer } from '../client.js';
import { until } from '../embedded-postgres/support.js';
import { expectCode, expectData } from '../expect.js';
import { useStipend } from '../harness.js';

const t = await useStipend({ OPERATION_TIMEOUT: '2s' });

/** Makes every statement on the table wait. @returns what lets them go on */
async function hold(table: 'employees' | 'payments' | 'sessions'): Promise<() => Promise<void>> {
  const client = new pg.Client(t.database.url);
  onTestFinished(() => client.end());
  await client.connect();
  await client.query(`BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
  return async () => {
    await client.query('COMMIT');
  };
}

async function noStatementWaits(): Promise<void> {
  const waiting =
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
  await until(async () => (await t.database.sql(waiting)).length === 0, 10_000);
}

function expectTooLong(answer: Answer): void {
  expect(answer.status).toBe(503);
  expect(answer.headers.get('retry-after')).toBe('1');
  expect(answer.data).toBeUndefined();
  // The database's own limit says other words: these are the operation's.
  expect(answer.errors).toEqual([
    {
      message: expect.stringContaining('took too long'),
      extensions: { code: 'SERVICE_UNAVAILABLE', retryAfterSeconds: 1 },
    },
  ]);
}

test('an operation over its time is answered SERVICE_UNAVAILABLE in time, its SQL ends, and the next one is served', async () => {
  const release = await hold('employees');
  const startedAt = performance.now();
  expectTooLong(await t.gql('{ employees { totalCount nodes { id } } }', {}, t.admin));
  const elapsed = performance.now() - startedAt;
  expect(elapsed).toBeGreaterThan(1_900);
  expect(elapsed).toBeLessThan(4_000);
  await noStatementWaits();
  await release();
  expectData(await t.gql('{ employees { totalCount } }', {}, t.admin));
});

test('the log says of such a request what the client was told', async () => {
  const release = await hold('employees');
  const from = t.logLines.length;
  expectTooLong(await t.gql('query Slow { employees { totalCount } }', {}, t.admin));
  await until(async () => t.logLines.length > from, 5_000);
  expect(JSON.parse(t.logLines[from] ?? '')).toMatchObject({ outcome: 'SERVICE_UNAVAILABLE', status: 503 });
  await noStatementWaits();
  await release();
});

test('the time that finding the session takes counts too', async () => {
  const another = await t.account('sessionless', 'VIEWER');
  const release = await hold('sessions');
  const { url } = t;
  const { token } = another;
  await t.database.sql('SELECT pg_notify($1, $2)', ['stipend_user', another.id]);
  await until(async () => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: '{"query":"{ __typename }"}',
    });
    return response.status === 503;
  }, 10_000);
  await noStatementWaits();
  await release();
  expectData(await t.gql('{ me { id } }', {}, another));
});

test('a payment that took too long is made once by the retry with its key', async () => {
  const release = await hold('payments');
  const { employeeId } = t.employee;
  const input = {
    employeeId,
    amount: { amount: '12.50', currency: 'EUR' },
    kind: 'BONUS',
    idempotencyKey: 'slow',
  };
  const document = 'mutation ($input: IssuePaymentInput!) { issuePayment(input: $input) { payment { id } } }';
  const answer = await t.gql(document, { input }, t.admin);
  expectCode(answer, 'SERVICE_UNAVAILABLE');
  await noStatementWaits();
  await release();
  expectData(await t.gql(document, { input }, t.admin));
  expect(await t.database.sql('SELECT id FROM payments')).toHaveLength(1);
});

// From outside, nothing decides which is first: that the time is over, or that it is its turn.
test('at the deadline the signal is aborted, so that nothing more is begun', async () => {
  const signals: AbortSignal[] = [];
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  const waiting = withDeadline(response, 0.05, ({ signal }) => {
    signals.push(signal);
    return new Promise(() => {});
  });
  expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
  await expect(waiting).rejects.toThrow(/took too long/);
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
});
