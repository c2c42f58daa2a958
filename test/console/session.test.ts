import { expect, test } from 'vitest';
import { expectCode, expectData } from '../expect.js';
import { userPassword } from '../factories.js';
import { useStipend } from '../harness.js';
import { adminLogin, Browser, me } from './support.js';

const t = await useStipend({ TOKEN_TTL: '1h', SESSION_IDLE: '2h' });
const behindTls = await t.startAnother({ TRUSTED_PROXIES: '127.0.0.1' });
const off = await t.startAnother({ CONSOLE: 'off' });
const overTls = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'pay.example.com' };

async function loggedIn(credentials: object = adminLogin): Promise<Browser> {
  const browser = new Browser(t.url);
  expectData(await browser.logIn(credentials));
  return browser;
}

test('over TLS, a login sets cookies that only this host gets and no script reads, and answers without a token', async () => {
  const browser = new Browser(behindTls.url, { ...overTls, origin: 'https://pay.example.com' });
  const answer = await browser.logIn();
  expect(expectData(answer)).toEqual({
    expiresAt: '2026-11-22T10:30:00.000Z',
    refreshExpiresAt: '2026-11-22T11:30:00.000Z',
  });
  expect(browser.lastSetCookies).toEqual([
    expect.stringMatching(
      /^__Host-stipend=[\w.-]+; Max-Age=3600; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    ),
    expect.stringMatching(
      /^__Host-stipend-refresh=[\w-]{43}; Max-Age=7200; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    ),
  ]);
  for (const token of browser.cookies.values()) expect(answer.text).not.toContain(token);
  expect(expectData(await browser.gql(me))).toEqual({ me: { username: 'admin' } });
});

test('at localhost, plain HTTP has a session too, in cookies that no script reads', async () => {
  const browser = await loggedIn();
  expect(browser.lastSetCookies).toEqual([
    expect.stringMatching(/^stipend-localhost=[\w.-]+; Max-Age=3600; Path=\/; HttpOnly; SameSite=Strict$/),
    expect.stringMatching(
      /^stipend-localhost-refresh=[\w-]{43}; Max-Age=7200; Path=\/; HttpOnly; SameSite=Strict$/,
    ),
  ]);
  expect(expectData(await browser.gql(me))).toEqual({ me: { username: 'admin' } });
});

test('elsewhere, plain HTTP has no session', async () => {
  const browser = new Browser(behindTls.url, {
    'x-forwarded-proto': 'http',
    'x-forwarded-host': '192.168.1.5:4000',
    origin: 'http://192.168.1.5:4000',
  });
  const answer = await browser.logIn();
  expect(answer.status).toBe(403);
  expectCode(answer, 'FORBIDDEN');
  expect(browser.lastSetCookies).toEqual([]);
});

test('the cookie is the same viewer as a token: the same role, and the same answer to what it may not do', async () => {
  const browser = await loggedIn({ username: 'emil', password: userPassword });
  expect(expectData(await browser.gql('{ me { username role employee { id } } }'))).toEqual({
    me: { username: 'emil', role: 'EMPLOYEE', employee: { id: t.employee.employeeId } },
  });
  expectCode(await browser.gql('{ users { totalCount } }'), 'FORBIDDEN');
});

test('a wrong password is refused like that of the API, and sets no cookie', async () => {
  const browser = new Browser(t.url);
  const answer = await browser.logIn({ username: 'admin', password: 'not the password' });
  expect(answer.status).toBe(401);
  expectCode(answer, 'UNAUTHENTICATED');
  expect(browser.lastSetCookies).toEqual([]);
  expectCode(await browser.logIn({ username: 'admin' }), 'BAD_USER_INPUT', { field: 'password' });
});

test('a refresh renews both cookies, once the access token has expired too', async () => {
  const browser = await loggedIn();
  const before = new Map(browser.cookies);
  t.clock.advance(3_600_000);
  expectCode(await browser.gql(me), 'UNAUTHENTICATED');
  // A browser drops a cookie past its Max-Age.
  browser.cookies.delete('stipend-localhost');
  expectData(await browser.post('/console/session/refresh'));
  for (const [name, value] of before) expect(browser.cookies.get(name), name).not.toBe(value);
  expect(expectData(await browser.gql(me))).toEqual({ me: { username: 'admin' } });
  expectCode(await new Browser(t.url).post('/console/session/refresh'), 'UNAUTHENTICATED');
});

test('a logout ends the session, and not only its cookies', async () => {
  const browser = await loggedIn();
  const kept = new Map(browser.cookies);
  expect(expectData(await browser.post('/console/session/end'))).toEqual({ revokedSessions: 1 });
  expect(browser.cookies.size).toBe(0);
  for (const [name, value] of kept) browser.cookies.set(name, value);
  expectCode(await browser.gql(me), 'UNAUTHENTICATED');
  expectCode(await browser.post('/console/session/refresh'), 'UNAUTHENTICATED');
  expect(expectData(await browser.post('/console/session/end'))).toEqual({ revokedSessions: 0 });
});

test('a logout ends a session whose access token has expired', async () => {
  const browser = await loggedIn();
  browser.cookies.delete('stipend-localhost');
  const refresh = browser.cookies.get('stipend-localhost-refresh') ?? '';
  expect(expectData(await browser.post('/console/session/end'))).toEqual({ revokedSessions: 1 });
  browser.cookies.set('stipend-localhost-refresh', refresh);
  expectCode(await browser.post('/console/session/refresh'), 'UNAUTHENTICATED');
});

test('a session that is revoked elsewhere is over in the console at once', async () => {
  const account = await t.account('rita', 'VIEWER');
  const browser = await loggedIn({ username: 'rita', password: userPassword });
  expectData(await browser.gql(me));
  expectData(await t.gql('mutation { logout(scope: OTHER_SESSIONS) { revokedSessions } }', {}, account));
  expectCode(await browser.gql(me), 'UNAUTHENTICATED');
  expectCode(await browser.post('/console/session/refresh'), 'UNAUTHENTICATED');
});

test('a new password ends all sessions and goes on in a new one', async () => {
  const account = await t.account('paula', 'VIEWER');
  const browser = await loggedIn({ username: 'paula', password: userPassword });
  const wrong = { currentPassword: 'wrong', newPassword: 'a quite different password' };
  expectCode(await browser.post('/console/session/password', wrong), 'BAD_USER_INPUT', {
    field: 'currentPassword',
  });
  const right = { ...wrong, currentPassword: userPassword };
  expectData(await browser.post('/console/session/password', right));
  expect(expectData(await browser.gql(me))).toEqual({ me: { username: 'paula' } });
  expectCode(await t.gql(me, {}, account), 'UNAUTHENTICATED');
});

test.each([
  'mutation { login(username: "admin", password: "correct horse battery staple") { token } }',
  'mutation { refreshSession(refreshToken: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA") { token } }',
  'mutation { changePassword(currentPassword: "correct horse battery staple", newPassword: "a quite different one") { token } }',
])('with the cookie, the API hands out no token: %s', async (mutation) => {
  const browser = await loggedIn();
  expectCode(await browser.gql(mutation), 'FORBIDDEN');
  expect(expectData(await browser.gql(me))).toEqual({ me: { username: 'admin' } });
});

test('CONSOLE=off knows neither the sessions nor their cookies', async () => {
  const browser = await loggedIn();
  const there = new Browser(off.url);
  expect((await there.logIn()).status).toBe(404);
  for (const [name, value] of browser.cookies) there.cookies.set(name, value);
  expectCode(await there.gql(me), 'UNAUTHENTICATED');
});
