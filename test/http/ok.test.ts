import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { post, readAnswer } from '../client.js';
import { userPassword } from '../factories.js';
import { repliesIn, sendBytes } from '../fuzz/support.js';
import { useStipend } from '../harness.js';

const t = await useStipend({ CORS_ORIGINS: 'https://frontend.example.com' });

const query = JSON.stringify({ query: '{ __typename }' });

test.each([
  ['malformed JSON', '{"query":', { 'content-type': 'application/json' }, 400],
  ['no body', '', { 'content-type': 'application/json' }, 400],
  ['another content type', 'query', { 'content-type': 'text/plain' }, 415],
  [
    'a content type of 201 characters',
    query,
    { 'content-type': 'application/json;'.padEnd(200, ' ').concat('x') },
    415,
  ],
  ['a form', 'query=%7B__typename%7D', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
  ['a compressed body', query, { 'content-type': 'application/json', 'content-encoding': 'gzip' }, 415],
  [
    'a body over 256 KB',
    JSON.stringify({ query: `{ __typename } #${'x'.repeat(262_144)}` }),
    { 'content-type': 'application/json' },
    413,
  ],
])('%s is refused in JSON', async (_name, body, headers, status) => {
  const answer = await post(t.url, body, headers);
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  expect(answer.errors?.[0]?.extensions.code).toMatch(/^(BAD_USER_INPUT|GRAPHQL_PARSE_FAILED)$/);
});

test('a content type of 200 characters is taken', async () => {
  const type = `application/json; x=${'x'.repeat(180)}`;
  expect(type).toHaveLength(200);
  expect((await post(t.url, query, { 'content-type': type })).data).toEqual({ __typename: 'Query' });
});

test.each(['PUT', 'DELETE', 'PATCH'])('%s is refused in JSON', async (method) => {
  const response = await fetch(`${t.url}/graphql`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: query,
  });
  expect(response.status).toBe(405);
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  expect(response.headers.get('allow')).toBe('GET, POST');
  const answer = await readAnswer(response);
  expect(answer.data).toBeUndefined();
  expect(answer.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
});

/** A body of so many bytes that asks for next to nothing. */
const ofBytes = (bytes: number) => `{"query":"{ __typename }"${' '.repeat(bytes - 26)}}`;

test('a body of 256 KB is taken, and one with a byte more is not, whether or not it says how long it is', async () => {
  expect(Buffer.byteLength(ofBytes(262_144))).toBe(262_144);
  expect((await post(t.url, ofBytes(262_144))).data).toEqual({ __typename: 'Query' });
  expect((await post(t.url, ofBytes(262_145))).status).toBe(413);
  const inChunks = async (bytes: number) => {
    const head =
      'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\nconnection: close';
    const sent = `${head}\r\n\r\n${bytes.toString(16)}\r\n${ofBytes(bytes)}\r\n0\r\n\r\n`;
    return repliesIn(await sendBytes(t.url, Buffer.from(sent))).map(({ status }) => status);
  };
  expect(await inChunks(262_144)).toEqual([200]);
  expect(await inChunks(262_145)).toEqual([413]);
});

test.each(['gzip', 'GZIP', 'deflate', 'br', 'zstd', 'gzip, identity', 'x-gzip'])(
  'a body that is compressed by %s is refused, and so is a small one that would be large',
  async (encoding) => {
    for (const body of [gzipSync(query), gzipSync(ofBytes(20_000_000))]) {
      const response = await fetch(`${t.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-encoding': encoding },
        body: new Uint8Array(body),
      });
      expect(response.status).toBe(415);
    }
  },
);

test('a body that says it is not compressed is taken', async () => {
  expect((await post(t.url, query, { 'content-encoding': 'identity' })).data).toEqual({
    __typename: 'Query',
  });
});

test.each([
  'text/plain',
  'text/plain;charset=UTF-8',
  'text/plain; application/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=application/json',
  'application/jsonp',
  'application/json-patch+json',
])('a POST of %s, as a page of another origin can send, runs nothing', async (type) => {
  const sessions = () => t.database.sql('SELECT 1 FROM sessions');
  const before = (await sessions()).length;
  const login = `mutation { login(username: "vera", password: "${userPassword}") { token } }`;
  const answer = await post(t.url, JSON.stringify({ query: login }), { 'content-type': type });
  expect(answer.status).toBe(415);
  expect(answer.data).toBeUndefined();
  expect(await sessions()).toHaveLength(before);
});

test('a simple GET, which a page of another origin can send, runs nothing', async () => {
  const response = await fetch(`${t.url}/graphql?query=%7B__typename%7D`);
  const answer = await readAnswer(response);
  expect(answer.data).toBeUndefined();
  expect(answer.errors).toBeDefined();
});

test('a GET with a token runs a query; one with credentials that a browser adds by itself runs nothing', async () => {
  const get = (authorization: string) =>
    fetch(`${t.url}/graphql?query=%7Bme%7Busername%7D%7D`, { headers: { authorization } }).then(readAnswer);
  expect((await get(`Bearer ${t.viewer.token}`)).data).toEqual({ me: { username: t.viewer.username } });
  const basic = await get(`Basic ${Buffer.from('viewer:password').toString('base64')}`);
  expect(basic.status).toBe(401);
  expect(basic.data).toBeUndefined();
});

test('a GET runs no mutation', async () => {
  const mutation = encodeURIComponent('mutation { logout { revokedSessions } }');
  const response = await fetch(`${t.url}/graphql?query=${mutation}`, {
    headers: { 'apollo-require-preflight': 'true', authorization: `Bearer ${t.admin.token}` },
  });
  expect((await readAnswer(response)).data).toBeUndefined();
  expect((await t.gql('{ me { id } }', {}, t.admin)).errors).toBeUndefined();
});

test('only the origins that are named may read answers', async () => {
  const allowed = await post(t.url, query, { origin: 'https://frontend.example.com' });
  expect(allowed.headers.get('access-control-allow-origin')).toBe('https://frontend.example.com');
  const other = await post(t.url, query, { origin: 'https://elsewhere.example.com' });
  expect(other.headers.get('access-control-allow-origin')).toBeNull();
});

test('no answer is stored, and none is taken for another type', async () => {
  const { headers } = await post(t.url, query);
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('x-powered-by')).toBeNull();
});

test('a well-formed request id comes back, in the errors too; any other is replaced', async () => {
  const given = await post(t.url, JSON.stringify({ query: '{ me { id } }' }), { 'x-request-id': 'abc-123' });
  expect(given.headers.get('x-request-id')).toBe('abc-123');
  expect(given.errors?.[0]?.extensions.requestId).toBe('abc-123');
  const bad = await post(t.url, query, { 'x-request-id': 'a b<script>' });
  expect(bad.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
});

test('each request leaves one line, with who asked for what and what came of it, and no token or variable', async () => {
  const document =
    'query Secretive($search: String) { employees(filter: { search: $search }) { totalCount } }';
  const from = t.logLines.length;
  await t.gql(document, { search: 'planted-secret' }, t.admin);
  const lines = t.logLines.slice(from).map((line) => JSON.parse(line));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({
    operation: 'Secretive',
    user: t.admin.id,
    outcome: 'OK',
    status: 200,
    requestId: expect.any(String),
  });
  const whole = t.logLines.join('\n');
  expect(whole).not.toContain('planted-secret');
  expect(whole).not.toContain(t.admin.token);
  expect(whole).not.toContain('correct horse');
});
