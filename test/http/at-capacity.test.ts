import { once } from 'node:events';
import { connect } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Answer, post, send } from '../client.js';
import { repliesIn } from '../fuzz/support.js';
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
])('%s is told that there is no room in a form that it can read', async (_who, headers, type, allowed) => {
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

/** Sends requests on one connection, each when the one before is answered. @returns the answers' heads, by their fields, and texts */
async function onOneConnection(requests: string[]) {
  const { hostname, port } = new URL(t.url);
  const socket = connect(Number(port), hostname).setEncoding('latin1');
  onTestFinished(() => void socket.destroy());
  let received = '';
  socket.on('data', (text: string) => {
    received += text;
  });
  for (const [index, request] of requests.entries()) {
    socket.write(request);
    while (repliesIn(received).length <= index) await once(socket, 'data');
  }
  return repliesIn(received).map(({ head, text }) => {
    const [status, ...fields] = head.trimEnd().split('\r\n');
    const pairs = fields.map((field) => {
      const [name = '', ...value] = field.split(': ');
      return [name.toLowerCase(), value.join(': ')];
    });
    return { status, fields: Object.fromEntries(pairs), text };
  });
}

test.each<[string, string]>([
  ['a plain one', ''],
  ['one with an id', 'x-request-id: mine-1\r\n'],
  ['one with an id that can not be repeated', 'X-Request-Id: not {mine}\r\n'],
  ['one that takes GraphQL over HTTP', `Accept: ${graphqlResponse}, application/json\r\n`],
])('%s is refused in the same words whether or not it had to be parsed', async (_what, field) => {
  const body = '{"query":"{ __typename }"}';
  const request = `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${field}content-length: ${body.length}\r\n\r\n${body}`;
  // The first one of a connection is parsed.
  const [parsed, unparsed] = await onOneConnection([request, request]);
  expect(unparsed?.status).toBe('HTTP/1.1 503 Service Unavailable');
  const own = { date: expect.any(String), 'x-request-id': expect.stringMatching(/^[\w.-]{1,64}$/) };
  expect(parsed?.fields).toMatchObject(own);
  if (field.includes('mine-1')) expect(parsed?.text).toContain('"requestId":"mine-1"');
  const id = unparsed?.fields['x-request-id'];
  expect(unparsed).toEqual({
    status: parsed?.status,
    fields: { ...parsed?.fields, ...own },
    text: parsed?.text.replace(parsed?.fields['x-request-id'], id),
  });
  expect(new Date(unparsed?.fields.date).getTime()).toBeLessThanOrEqual(Date.now());
});
