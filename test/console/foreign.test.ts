import { beforeAll, expect, test } from 'vitest';
import { expectCode, expectData } from '../expect.js';
import { useStipend } from '../harness.js';
import { adminLogin, Browser, me } from './support.js';

const t = await useStipend({ CORS_ORIGINS: 'https://frontend.example.com' });
const behindProxy = await t.startAnother({
  PUBLIC_URL: 'https://pay.example.com',
  TRUSTED_PROXIES: '127.0.0.1',
});
const browser = new Browser(t.url);
beforeAll(async () => expectData(await browser.logIn()));

/** What a page of another origin could send, or an extension that lacks one of the two headers. */
const foreign: Array<[name: string, headers: Record<string, string | undefined>]> = [
  ['without the header of the console', { 'stipend-console': undefined }],
  ['from another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example.com' }],
  ['from another port of this host', { 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1:1' }],
  [
    'from another origin, by a browser without Sec-Fetch-Site',
    { 'sec-fetch-site': undefined, origin: 'https://evil.example.com' },
  ],
  [
    'from an origin that CORS_ORIGINS names',
    { 'sec-fetch-site': 'cross-site', origin: 'https://frontend.example.com' },
  ],
  ['from no origin', { 'sec-fetch-site': undefined, origin: 'null' }],
  ['with contradicting headers', { origin: 'https://evil.example.com' }],
  ['with neither Origin nor Sec-Fetch-Site', { 'sec-fetch-site': undefined, origin: undefined }],
];

test.each(foreign)('a request %s is refused with 403 and does nothing', async (_name, headers) => {
  const query = await browser.gql(me, headers);
  expect(query.status).toBe(403);
  expectCode(query, 'FORBIDDEN');
  for (const path of ['', '/refresh', '/end', '/password']) {
    const answer = await browser.post(`/console/session${path}`, adminLogin, headers);
    expect(answer.status, path).toBe(403);
    expect(browser.lastSetCookies, path).toEqual([]);
  }
  expect(expectData(await browser.gql(me))).toEqual({ me: { username: 'admin' } });
});

test('a token in the header and a cookie at once are refused', async () => {
  const both = { authorization: `Bearer ${t.admin.token}` };
  for (const headers of [both, { ...both, 'stipend-console': undefined }]) {
    const answer = await browser.gql(me, headers);
    expect(answer.status).toBe(401);
    expectCode(answer, 'UNAUTHENTICATED');
  }
  expectCode(await browser.post('/console/session/end', {}, both), 'UNAUTHENTICATED');
  expectData(await browser.gql(me));
});

test('the origin of PUBLIC_URL is the own one, whatever Host the proxy passes on', async () => {
  const behind = new Browser(behindProxy.url, {
    'x-forwarded-proto': 'https',
    'sec-fetch-site': undefined,
    origin: 'https://pay.example.com',
  });
  expectData(await behind.logIn());
  expectCode(await behind.gql(me, { origin: 'https://pay.example.com.evil.example' }), 'FORBIDDEN');
  expectData(await behind.gql(me));
});

test('a page that names no console header is not given what the cookie would show', async () => {
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const query = new URLSearchParams({ query: me });
  const answer = await fetch(`${t.url}/graphql?${query}`, {
    headers: { cookie, 'apollo-require-preflight': '1' },
  });
  expect(await answer.text()).toContain('UNAUTHENTICATED');
});
