import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { send } from '../client.js';
import { insertUser, userPassword } from '../factories.js';
import { useStipend } from '../harness.js';
import { failTimes, outcomeOf, pass, stopClock, tryLogin } from './support.js';

const windowSeconds = 15 * 60;
const t = await useStipend({ LOGIN_FAILURES_PER_ADDRESS: '6' });
const proxied = await t.startAnother({ TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8' });
stopClock();
afterAll(() => vi.useRealTimers());
const nova = await insertUser(t.database, { username: 'nova', role: 'VIEWER' });
// All tests share the address 127.0.0.1, and nova is not known there.
beforeEach(async () => {
  pass(windowSeconds);
  await t.database.sql('DELETE FROM sessions WHERE user_id = $1', [nova]);
});

const names = (attempt: number) => `sprayed-${attempt}`;
const refreshes = async (url: string, refreshToken: string) =>
  outcomeOf(
    await send(url, {
      query:
        'mutation ($refreshToken: String!) { refreshSession(refreshToken: $refreshToken) { refreshToken } }',
      variables: { refreshToken },
    }),
  );

test('failures over many accounts make their address wait, also for the right password of another', async () => {
  expect(await failTimes(t.url, 6, names)).toEqual(Array(6).fill('UNAUTHENTICATED'));
  const limited = { code: 'RATE_LIMITED', retryAfterSeconds: windowSeconds };
  expect(await tryLogin(t.url, 'sprayed-7', 'a wrong password')).toMatchObject(limited);
  expect(await tryLogin(t.url, 'nova', userPassword)).toMatchObject(limited);
  pass(windowSeconds - 1);
  expect(await tryLogin(t.url, 'nova', userPassword)).toMatchObject({ ...limited, retryAfterSeconds: 1 });
  pass(1);
  expect(await tryLogin(t.url, 'nova', userPassword)).toMatchObject({ code: 'OK' });
});

test('where an address has to wait, whoever has logged in from there before still logs in with the right password', async () => {
  expect(await failTimes(t.url, 7, names)).toEqual([...Array(6).fill('UNAUTHENTICATED'), 'RATE_LIMITED']);
  expect(await tryLogin(t.url, 'nova', userPassword)).toMatchObject({ code: 'RATE_LIMITED' });
  for (let times = 0; times < 3; times += 1) {
    expect(await tryLogin(t.url, 'vera', userPassword)).toMatchObject({ code: 'OK' });
  }
});

test('logins that succeed do not count', async () => {
  for (let round = 0; round < 10; round += 1) {
    expect(await tryLogin(t.url, 'nova', userPassword)).toMatchObject({ code: 'OK' });
  }
  expect(await failTimes(t.url, 6, names)).toEqual(Array(6).fill('UNAUTHENTICATED'));
});

test('refresh tokens that are not valid count against nobody, and no address has to wait to refresh', async () => {
  const { data } = await t.gql(
    'mutation ($password: String!) { login(username: "nova", password: $password) { refreshToken } }',
    { password: userPassword },
  );
  for (const bad of ['x', 'A'.repeat(43), t.viewer.token]) {
    for (let times = 0; times < 6; times += 1) {
      expect(await refreshes(t.url, bad)).toMatchObject({ code: 'UNAUTHENTICATED' });
    }
  }
  expect(await tryLogin(t.url, 'nova', userPassword)).toMatchObject({ code: 'OK' });
  await failTimes(t.url, 6, names);
  expect(await tryLogin(t.url, 'somebody else', userPassword)).toMatchObject({ code: 'RATE_LIMITED' });
  expect(await refreshes(t.url, data.login.refreshToken)).toMatchObject({ code: 'OK' });
});

test('an address that is limited on one process is limited on every other, and after a restart', async () => {
  const stopped = await t.startAnother();
  await failTimes(stopped.url, 6, names);
  await stopped.stop();
  const restarted = await t.startAnother();
  for (const { url } of [t, restarted]) {
    expect(await tryLogin(url, 'nova', userPassword)).toMatchObject({ code: 'RATE_LIMITED' });
  }
});

test('without TRUSTED_PROXIES nobody gets another address by X-Forwarded-For', async () => {
  for (let attempt = 0; attempt < 6; attempt += 1) {
    await failTimes(t.url, 1, () => names(attempt), `203.0.113.${attempt}`);
  }
  expect(await tryLogin(t.url, 'nova', userPassword, '203.0.113.99')).toMatchObject({ code: 'RATE_LIMITED' });
});

test('behind a trusted proxy each client has its own address', async () => {
  await failTimes(proxied.url, 6, names, '198.51.100.1');
  expect(await tryLogin(proxied.url, 'nova', userPassword, '198.51.100.1')).toMatchObject({
    code: 'RATE_LIMITED',
  });
  expect(await tryLogin(proxied.url, 'nova', userPassword, '198.51.100.2')).toMatchObject({ code: 'OK' });
  expect(await tryLogin(t.url, 'nova', userPassword, '198.51.100.1'), 'not trusted there').toMatchObject({
    code: 'OK',
  });
});

test('what a client itself writes into X-Forwarded-For does not count: the last address not trusted does', async () => {
  for (let attempt = 0; attempt < 6; attempt += 1) {
    await failTimes(proxied.url, 1, () => names(attempt), `192.0.2.${attempt}, 198.51.100.3, 10.1.2.3`);
  }
  const codeFrom = async (chain: string) => (await tryLogin(proxied.url, 'nova', userPassword, chain)).code;
  expect(await codeFrom('192.0.2.99, 198.51.100.3')).toBe('RATE_LIMITED');
  expect(await codeFrom('198.51.100.3, 192.0.2.99')).toBe('OK');
});

test('the addresses of one IPv6 network of 64 bits are one', async () => {
  await failTimes(proxied.url, 6, names, '2001:db8:1:2:a::1');
  const codeFrom = async (ip: string) => (await tryLogin(proxied.url, 'nova', userPassword, ip)).code;
  expect(await codeFrom('2001:db8:1:2:ffff:1:2:3')).toBe('RATE_LIMITED');
  expect(await codeFrom('2001:db8:1:3::1')).toBe('OK');
});

test.each([
  ['198.51.100.7', '198.51.100.7:40001', '198.51.100.8:40001'],
  ['198.51.100.9:1', '::ffff:198.51.100.9', '198.51.100.10:1'],
  ['2001:db8:5::1', '[2001:DB8:5:0:ffff::2]:40001', '[2001:db8:6::1]:40001'],
  ['::ffff:198.51.100.11', '::ffff:c633:640b', '::ffff:c633:640c'],
])('%s and %s are one client, and %s is another', async (first, same, other) => {
  await failTimes(proxied.url, 6, names, first);
  const codeFrom = async (ip: string) => (await tryLogin(proxied.url, 'nova', userPassword, ip)).code;
  expect(await codeFrom(same)).toBe('RATE_LIMITED');
  expect(await codeFrom(other)).toBe('OK');
});

test.each([
  '',
  'unknown',
  '"><script>',
  '999.1.1.1',
  'x'.repeat(2_000),
  ', , ,',
  '[2001:db8::1]:443',
  '203.0.113.5:1234',
])('X-Forwarded-For of %j from a trusted proxy ends in no fault of the server', async (forwardedFor) => {
  expect(await failTimes(proxied.url, 1, names, forwardedFor)).toEqual(['UNAUTHENTICATED']);
});
