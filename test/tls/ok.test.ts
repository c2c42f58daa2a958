import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { until } from '../embedded-postgres/support.js';
import { repliesIn, sendBytes } from '../fuzz/support.js';
import { useStipend } from '../harness.js';
import { closedPort } from '../start/support.js';
import { ask, certificates, handshake } from './support.js';

const issuer = certificates();
const first = issuer.issue('first');
const t = await useStipend();
const redirectPort = await closedPort();
const secure = await t.startAnother({ ...first.env, HTTP_REDIRECT_PORT: String(redirectPort) });
const ca = readFileSync(first.cert);

const headers = { 'content-type': 'application/json', authorization: `Bearer ${t.admin.token}` };
const body = '{"query":"{ me { username } }"}';

test('with a certificate, the API is served by HTTPS, and says so in its URL', async () => {
  expect(secure.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
  const { status, text } = await ask(`${secure.url}/graphql`, { method: 'POST', headers, body, ca });
  expect(status).toBe(200);
  expect(JSON.parse(text)).toEqual({ data: { me: { username: 'admin' } } });
});

test('browsers are told to come back by HTTPS only, for a year; plain HTTP says no such thing', async () => {
  const { headers: told } = await ask(`${secure.url}/graphql`, { method: 'POST', headers, body, ca });
  const seconds = /max-age=(\d+)/.exec(String(told['strict-transport-security']))?.[1];
  expect(Number(seconds)).toBeGreaterThanOrEqual(31_536_000);
  const plain = await ask(`${t.url}/graphql`, { method: 'POST', headers, body });
  expect(plain.headers['strict-transport-security']).toBeUndefined();
});

test('TLS 1.2 and 1.3 are spoken, 1.1 and 1.0 are refused', async () => {
  expect(await handshake(secure.url, 'TLSv1.3')).toBe('TLSv1.3 first');
  expect(await handshake(secure.url, 'TLSv1.2')).toBe('TLSv1.2 first');
  const refusal = 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION';
  expect(await handshake(secure.url, 'TLSv1.1')).toBe(refusal);
  expect(await handshake(secure.url, 'TLSv1')).toBe(refusal);
});

test('the port of HTTPS answers nothing in the open', async () => {
  const open = secure.url.replace('https:', 'http:');
  await expect(ask(`${open}/graphql`, { method: 'POST', headers, body })).rejects.toThrow();
});

test.each([
  '/graphql',
  '/graphql?query=%7B__typename%7D',
  '/healthz',
  '/readyz',
  '/metrics',
  '/',
  '/no/such/place',
])(
  'the port of plain HTTP sends %s to HTTPS, whatever the method, and answers nothing else',
  async (path) => {
    for (const method of ['GET', 'POST', 'PUT', 'OPTIONS']) {
      const reply = await ask(`http://127.0.0.1:${redirectPort}${path}`, {
        method,
        headers,
        ...(method !== 'GET' && { body }),
      });
      expect(reply.status).toBe(308);
      expect(reply.headers.location).toBe(`${secure.url}${path}`);
      expect(reply.text).toBe('');
    }
  },
);

test('a redirect leads to the name that was asked for, and what is not a name to nowhere', async () => {
  const url = `http://127.0.0.1:${redirectPort}/graphql`;
  const { port } = new URL(secure.url);
  const named = await ask(url, { headers: { host: 'pay.example.com:80' } });
  expect(named.headers.location).toBe(`https://pay.example.com:${port}/graphql`);
  for (const host of ['a@evil.example.com', 'x/..//evil.example.com', 'evil.example.com?']) {
    const { status, headers: answered, text } = await ask(url, { headers: { host } });
    expect({ status, location: answered.location, text }).toEqual({
      status: 400,
      location: undefined,
      text: '',
    });
  }
});

test('a redirect leads to an address of IPv6 too', async () => {
  const { port } = new URL(secure.url);
  const { headers: answered } = await ask(`http://127.0.0.1:${redirectPort}/graphql`, {
    headers: { host: `[::1]:${redirectPort}` },
  });
  expect(answered.location).toBe(`https://[::1]:${port}/graphql`);
});

test('a whole URL, as it is sent to a proxy, is no path to put behind a name', async () => {
  const sent = 'GET http://elsewhere.example.com/x HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n';
  const [reply] = repliesIn(await sendBytes(`http://127.0.0.1:${redirectPort}`, Buffer.from(sent)));
  expect(reply?.status).toBe(308);
  expect(/^location: (.*)\r$/im.exec(reply?.head ?? '')?.[1]).toBe(`${secure.url}/`);
});

test.each([
  ['https://pay.example.com', 'https://pay.example.com/graphql?a=b'],
  ['https://pay.example.com:8443/payroll', 'https://pay.example.com:8443/graphql?a=b'],
])(
  'where the public URL is %s, a redirect leads there, whatever name was asked for',
  async (url, leadsTo) => {
    const port = await closedPort();
    await t.startAnother({ ...first.env, HTTP_REDIRECT_PORT: String(port), PUBLIC_URL: url });
    const { headers: answered } = await ask(`http://127.0.0.1:${port}/graphql?a=b`, {
      headers: { host: 'evil.example.com' },
    });
    expect(answered.location).toBe(leadsTo);
  },
);

test('a public URL of plain HTTP is no place to send anybody to: that would be in a circle', async () => {
  const port = await closedPort();
  const other = await t.startAnother({
    ...first.env,
    HTTP_REDIRECT_PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
  });
  const { headers: answered } = await ask(`http://127.0.0.1:${port}/graphql`);
  expect(answered.location).toBe(`${other.url}/graphql`);
});

test('a renewed certificate is taken up with no restart, and one that is not sound leaves the last one in use', async () => {
  const current = issuer.issue('before');
  const { url } = await t.startAnother(current.env);
  expect(await handshake(url, undefined)).toBe('TLSv1.3 before');
  const renewed = issuer.issue('after');
  copyFileSync(renewed.cert, current.cert);
  copyFileSync(renewed.key, current.key);
  await until(async () => (await handshake(url, undefined)) === 'TLSv1.3 after', 20_000);

  const half = issuer.issue('half');
  const fromHalf = t.logLines.length;
  copyFileSync(half.cert, current.cert);
  // The key is the old one's yet: they don't go together.
  await until(async () => t.logLines.slice(fromHalf).some((line) => line.includes('could not')), 20_000);
  expect(await handshake(url, undefined)).toBe('TLSv1.3 after');
  copyFileSync(half.key, current.key);
  await until(async () => (await handshake(url, undefined)) === 'TLSv1.3 half', 20_000);

  const from = t.logLines.length;
  writeFileSync(current.cert, 'no certificate');
  await until(async () => t.logLines.slice(from).some((line) => line.includes('certificate')), 20_000);
  expect(await handshake(url, undefined)).toBe('TLSv1.3 half');
}, 90_000);
