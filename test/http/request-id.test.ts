import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { readAnswer } from '../client.js';
import { useStipend } from '../harness.js';
import { until } from '../start/support.js';

const t = await useStipend();

const json = { 'content-type': 'application/json' };
const authorization = `Bearer ${t.admin.token}`;
const ask = (query: string, variables: object = {}): RequestInit => ({
  method: 'POST',
  headers: { ...json, authorization },
  body: JSON.stringify({ query, variables }),
});

const sendWith = (id: string, url: string, path: string, request: RequestInit) =>
  fetch(`${url}${path}`, {
    ...request,
    headers: { ...Object.fromEntries(new Headers(request.headers)), 'x-request-id': id },
  });

const failing: Array<[name: string, path: string, request: RequestInit]> = [
  ['no JSON', '/graphql', { method: 'POST', headers: json, body: '{' }],
  ['no document', '/graphql', ask('{ me {')],
  ['a wrong document', '/graphql', ask('{ nothing }')],
  ['too large a document', '/graphql', ask(`{ ${'__typename '.repeat(50)} }`)],
  [
    'a wrong variable',
    '/graphql',
    ask('query ($n: Int) { employees(first: $n) { totalCount } }', { n: 'x' }),
  ],
  ['an operation that fails', '/graphql', ask('{ employees(first: 1000) { totalCount } }')],
  [
    'a bad token',
    '/graphql',
    { method: 'POST', headers: { authorization: 'Bearer x', ...json }, body: '{}' },
  ],
  ['a simple request', '/graphql?query={me{id}}', {}],
  ['another method', '/graphql', { method: 'PUT', headers: json, body: '{"query":"{ me { id } }"}' }],
  ['a large body', '/graphql', { method: 'POST', headers: json, body: 'x'.repeat(300_000) }],
  ['another type', '/graphql', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'x' }],
  [
    'a compressed body',
    '/graphql',
    { method: 'POST', headers: { ...json, 'content-encoding': 'br' }, body: '' },
  ],
  ['no such path', '/nothing', {}],
];

test.each(failing)(
  '%s: the id of the request comes back, in its errors too',
  async (_name, path, request) => {
    for (let time = 0; time < 3; time++) {
      const response = await sendWith(`given-${time}`, t.url, path, request);
      expect(response.headers.get('x-request-id')).toBe(`given-${time}`);
      const { errors } = await readAnswer(response);
      expect(errors?.map(({ extensions }) => extensions.requestId)).toEqual([`given-${time}`]);
    }
  },
);

test('the same holds for what there is no room for, and for what takes too long', async () => {
  const { url } = await t.startAnother({ MAX_REQUESTS: '1', OPERATION_TIMEOUT: '3s' });
  const client = new pg.Client(t.database.url);
  onTestFinished(() => client.end());
  await client.connect();
  await client.query('BEGIN; LOCK TABLE payments');
  const slow = sendWith('too-slow', url, '/graphql', ask('{ payments { totalCount } }'));
  const waiting =
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
  await until(async () => (await t.database.sql(waiting)).length > 0, 5_000);
  const refused = await sendWith('too-many', url, '/graphql', ask('{ me { id } }'));
  for (const [id, response] of [
    ['too-many', refused],
    ['too-slow', await slow],
  ] as const) {
    expect(response.status).toBe(503);
    expect(response.headers.get('x-request-id')).toBe(id);
    const { errors } = await readAnswer(response);
    expect(errors).toMatchObject([{ extensions: { code: 'SERVICE_UNAVAILABLE', requestId: id } }]);
  }
  await client.query('COMMIT');
});

test.each(['x'.repeat(65), 'a b', 'a,b', 'a<script>', '"', 'ä', 'a:b', ''])(
  'an id that is not well-formed is replaced, and repeated nowhere: %j',
  async (id) => {
    const response = await sendWith(id, t.url, '/graphql', ask('{ nothing }'));
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    if (id !== '') expect(await response.text()).not.toContain(JSON.stringify(id));
  },
);

test('an id of 64 characters is taken, and without one each request has another', async () => {
  const longest = `${'x'.repeat(61)}._-`;
  const taken = await sendWith(longest, t.url, '/graphql', ask('{ me { id } }'));
  expect(taken.headers.get('x-request-id')).toBe(longest);
  const ids = new Set<string | null>();
  for (let time = 0; time < 5; time++) {
    ids.add((await fetch(`${t.url}/graphql`, ask('{ me { id } }'))).headers.get('x-request-id'));
  }
  expect(ids.size).toBe(5);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f-]{36}$/);
});
