import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Answer, post, send } from '../client.js';
import { useStipend } from '../harness.js';
import { until } from '../start/support.js';

const origin = 'https://frontend.example.com';
const t = await useStipend({ MAX_REQUESTS: '1', CORS_ORIGINS: origin });

const client = new pg.Client(t.database.url);
let held: Promise<Answer>;

beforeAll(async () => {
  await client.connect();
  await client.query('BEGIN; LOCK TABLE payments');
  held = send(t.url, { query: '{ payments { totalCount } }', token: t.admin.token });
  const waiting =
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
  await until(async () => (await t.database.sql(waiting)).length > 0, 5_000);
});

afterAll(async () => {
  await client.query('COMMIT');
  await client.end();
  await held;
});

const ask = (headers: Record<string, string>) =>
  post(t.url, '{"query":"{ __typename }"}', { authorization: `Bearer ${t.admin.token}`, ...headers });

const graphqlResponse = 'application/graphql-response+json';

test.each<[string, Record<string, string>, string, string | null]>([
  ['any client', {}, 'application/json', null],
  ['a page of an origin that is named', { origin }, 'application/json', origin],
  ['a page of another origin', { origin: 'https://elsewhere.example.com' }, 'application/json', null],
  ['a client of GraphQL over HTTP', { accept: graphqlResponse }, graphqlResponse, null],
])('%s is refused in a form that it can read', async (_who, headers, type, allowed) => {
  const answer = await ask(headers);
  expect(answer.status).toBe(503);
  expect(answer.headers.get('retry-after')).toBe('1');
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.headers.get('content-type')).toBe(`${type}; charset=utf-8`);
  expect(answer.headers.get('access-control-allow-origin')).toBe(allowed);
  expect(answer.errors).toMatchObject([
    { extensions: { code: 'SERVICE_UNAVAILABLE', retryAfterSeconds: 1 } },
  ]);
});

test.each([
  ['none', {}, /^[0-9a-f-]{36}$/, undefined],
  ['one', { 'x-request-id': 'mine-1' }, /^mine-1$/, 'mine-1'],
])(
  'a refusal has a request id, the own one of a client that sends %s',
  async (_what, field, id, repeated) => {
    // With an origin it takes another way.
    for (const headers of [field, { ...field, origin }]) {
      const answer = await ask(headers);
      expect(answer.status).toBe(503);
      expect(answer.headers.get('x-request-id')).toMatch(id);
      expect(answer.errors?.[0]?.extensions.requestId).toBe(repeated);
    }
  },
);
