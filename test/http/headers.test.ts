import { expect, test } from 'vitest';
import { repliesIn, sendBytes } from '../fuzz/support.js';
import { useStipend } from '../harness.js';

const metricsToken = 'a metrics token for tests';
const t = await useStipend({ NODE_ENV: 'production', METRICS_TOKEN: metricsToken });

const json = { 'content-type': 'application/json' };
const authorization = `Bearer ${t.admin.token}`;
const me = '{"query":"{ me { id } }"}';

/** A request for each way to an answer. */
const requests: Array<[name: string, status: number, path: string, request: RequestInit]> = [
  ['an answer', 200, '/graphql', { method: 'POST', headers: { ...json, authorization }, body: me }],
  [
    'the same answer once it is known',
    200,
    '/graphql',
    { method: 'POST', headers: { ...json, authorization }, body: me },
  ],
  ['a refused document', 200, '/graphql', { method: 'POST', headers: json, body: '{"query":"{ x }"}' }],
  ['no JSON', 400, '/graphql', { method: 'POST', headers: json, body: '{' }],
  ['a simple request', 400, '/graphql?query={me{id}}', {}],
  [
    'a bad token',
    401,
    '/graphql',
    { method: 'POST', headers: { ...json, authorization: 'Bearer x' }, body: me },
  ],
  ['no such path', 404, '/nothing', {}],
  ['another method', 405, '/graphql', { method: 'PUT', headers: json, body: me }],
  ['a body that is too large', 413, '/graphql', { method: 'POST', headers: json, body: 'x'.repeat(262_145) }],
  [
    'a compressed body',
    415,
    '/graphql',
    { method: 'POST', headers: { ...json, 'content-encoding': 'gzip' }, body: me },
  ],
  ['no preflight', 204, '/graphql', { method: 'OPTIONS' }],
  ['/healthz', 200, '/healthz', {}],
  ['/readyz', 200, '/readyz', {}],
  ['/metrics', 200, '/metrics', { headers: { authorization: `Bearer ${metricsToken}` } }],
];

test.each(requests)(
  '%s, %i, is neither stored, nor framed, nor taken for another type, nor says what has made it',
  async (_name, status, path, request) => {
    const response = await fetch(`${t.url}${path}`, request);
    expect(response.status, await response.text()).toBe(status);
    const headers = Object.fromEntries(response.headers);
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': expect.stringMatching(/default-src 'none'.*frame-ancestors 'none'/),
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': expect.stringMatching(/^(SAMEORIGIN|DENY)$/),
    });
    expect(headers).not.toHaveProperty('x-powered-by');
    expect(headers).not.toHaveProperty('server');
  },
);

test.each([
  ['what is no HTTP', 'hello\r\n\r\n'],
  ['a path that is no URL', 'GET /graphql%zz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'],
])('the same holds for %s', async (_name, bytes) => {
  const [reply] = repliesIn(await sendBytes(t.url, Buffer.from(bytes)));
  expect(reply?.status).toBe(400);
  expect(reply?.head).toMatch(/^cache-control: no-store\r$/im);
  expect(reply?.head).toMatch(/^x-content-type-options: nosniff\r$/im);
  expect(reply?.head).toMatch(/^content-security-policy: default-src 'none'/im);
});
