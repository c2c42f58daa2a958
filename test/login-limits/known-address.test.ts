import { afterAll, expect, test, vi } from 'vitest';
import { userPassword } from '../factories.js';
import { useStipend } from '../harness.js';
import { failTimes, stopClock, tryLogin } from './support.js';

const t = await useStipend({ LOGIN_FAILURES_PER_ADDRESS: '10000', TRUSTED_PROXIES: '127.0.0.1' });
// Nobody's wait ends, however slow the machine is.
stopClock();
afterAll(() => vi.useRealTimers());
const home = '198.51.100.1';
const outsider = (attempt: number) => `203.0.113.${attempt % 250}`;
const wrong = 'a wrong password';

/** Somebody who has logged in from `home`. */
async function resident(username: string): Promise<void> {
  await t.account(username, 'VIEWER');
  expect(await tryLogin(t.url, username, userPassword, home)).toMatchObject({ code: 'OK' });
}

test('a login from where the user has logged in before does not take back the failures of strangers', async () => {
  await resident('kai');
  await failTimes(t.url, 5, () => 'kai', outsider(1));
  expect(await tryLogin(t.url, 'kai', userPassword, home)).toMatchObject({ code: 'OK' });
  expect(await tryLogin(t.url, 'kai', userPassword, outsider(2))).toMatchObject({ code: 'RATE_LIMITED' });
});

test('whoever guesses from where the user has logged in before has to wait as well, and only there', async () => {
  await resident('kim');
  const elsewhere = '198.51.100.2';
  expect(await tryLogin(t.url, 'kim', userPassword, elsewhere)).toMatchObject({ code: 'OK' });
  const outcomes = await Promise.all(Array.from({ length: 50 }, () => tryLogin(t.url, 'kim', wrong, home)));
  expect(outcomes.filter(({ code }) => code === 'UNAUTHENTICATED')).toHaveLength(5);
  expect(await tryLogin(t.url, 'kim', userPassword, elsewhere)).toMatchObject({ code: 'OK' });
  expect(await failTimes(t.url, 4, () => 'kim', outsider(1))).toEqual(Array(4).fill('UNAUTHENTICATED'));
});

test('where somebody else has logged in before is no known address', async () => {
  await resident('kurt');
  await t.account('karla', 'VIEWER');
  await Promise.all(Array.from({ length: 8 }, (_, n) => tryLogin(t.url, 'karla', wrong, outsider(n))));
  expect(await tryLogin(t.url, 'karla', userPassword, home)).toMatchObject({ code: 'RATE_LIMITED' });
});

test('an IPv6 address is known by its network of 64 bits', async () => {
  await t.account('kaja', 'VIEWER');
  expect(await tryLogin(t.url, 'kaja', userPassword, '2001:db8:1:2::1')).toMatchObject({ code: 'OK' });
  await Promise.all(Array.from({ length: 8 }, (_, n) => tryLogin(t.url, 'kaja', wrong, outsider(n))));
  expect(await tryLogin(t.url, 'kaja', userPassword, '2001:db8:1:2:ffff::9')).toMatchObject({ code: 'OK' });
  expect(await tryLogin(t.url, 'kaja', userPassword, '2001:db8:1:3::1')).toMatchObject({
    code: 'RATE_LIMITED',
  });
});
