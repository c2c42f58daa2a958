import { expect, test } from 'vitest';
import { repliesIn, send, sendBytes } from '../fuzz/support.js';
import { useStipend } from '../harness.js';

const t = await useStipend();

const head = 'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';

test.each([
  ['what is no HTTP', 'hello\r\n\r\n', 400],
  ['a TLS handshake', '\u0016\u0003\u0001\u0002\u0000\u0001', 400],
  ['a header without a colon', `${head}broken\r\n\r\n`, 400],
  ['two lengths that differ', `${head}content-length: 5\r\ncontent-length: 6\r\n\r\n`, 400],
  ['a length beside chunks', `${head}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
  ['a chunk without a size', `${head}transfer-encoding: chunked\r\n\r\nx\r\n`, 400],
  ['no Host', 'POST /graphql HTTP/1.1\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}', 400],
  ['a path that is no URL', 'GET /graphql%zz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n', 400],
  ['headers over 16 KB', `${head}x-long: ${'x'.repeat(16 * 1024)}\r\n\r\n`, 431],
  ['a URL over 16 KB', `GET /graphql?query=${'x'.repeat(16 * 1024)} HTTP/1.1\r\nhost: x\r\n\r\n`, 431],
])('%s is refused in JSON, and the connection is closed', async (_name, bytes, status) => {
  const replies = repliesIn(await sendBytes(t.url, Buffer.from(bytes, 'latin1')));
  expect(replies.map((reply) => reply.status)).toEqual([status]);
  const [{ type, text } = { type: '', text: '' }] = replies;
  expect(type).toBe('application/json; charset=utf-8');
  expect(JSON.parse(text).errors[0].extensions.code).toBe('BAD_USER_INPUT');
});

test('headers that are too large are told so', async () => {
  const [reply] = repliesIn(
    await sendBytes(t.url, Buffer.from(`${head}x: ${'x'.repeat(16 * 1024)}\r\n\r\n`)),
  );
  expect(reply?.text).toContain('The headers are larger than the server takes.');
});

test('an expectation that nobody knows is answered in JSON, as if it were none', async () => {
  const body = '{"query":"{ __typename }"}';
  const text = `${head}expect: a-miracle\r\nconnection: close\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  const [reply] = repliesIn(await sendBytes(t.url, Buffer.from(text)));
  expect({ status: reply?.status, text: reply?.text.trim() }).toEqual({
    status: 200,
    text: '{"data":{"__typename":"Query"}}',
  });
});

test('2,000 small headers are taken, Host and all others after them', async () => {
  const body = '{"query":"{ __typename }"}';
  const rest = `host: x\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: ${body.length}`;
  const text = `POST /graphql HTTP/1.1\r\n${'a:b\r\n'.repeat(2_000)}${rest}\r\n\r\n${body}`;
  const [reply] = repliesIn(await sendBytes(t.url, Buffer.from(text)));
  expect(reply?.status).toBe(200);
});

test('headers of 15 KB are taken', async () => {
  const headers = { 'content-type': 'application/json', 'x-long': 'x'.repeat(15 * 1024) };
  const { status } = await send(t.url, { method: 'POST', headers, body: '{"query":"{ __typename }"}' });
  expect(status).toBe(200);
});

test('an OPTIONS that is no preflight is answered without a body', async () => {
  const { status, text } = await send(t.url, { method: 'OPTIONS', headers: {} });
  expect({ status, text }).toEqual({ status: 204, text: '' });
});

test('a client that goes away during its request harms nobody', async () => {
  await sendBytes(t.url, Buffer.from(`${head}content-length: 100\r\n\r\n{"query"`));
  expect((await t.gql('{ me { id } }', {}, t.admin)).errors).toBeUndefined();
});
