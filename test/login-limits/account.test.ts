import { afterAll, expect, test, vi } from 'vitest';
import { logIn } from '../client.js';
import { userPassword } from '../factories.js';
import { useStipend } from '../harness.js';
import { failTimes, outcomeOf, pass, stopClock, tryLogin } from './support.js';

// Whoever fails in these tests does so from one address.
const t = await useStipend({ LOGIN_FAILURES_PER_ADDRESS: '10000' });
stopClock();
afterAll(() => vi.useRealTimers());

const wrong = 'a wrong password';
const limited = (retryAfterSeconds: number) => ({ code: 'RATE_LIMITED', retryAfterSeconds });
const refused = { code: 'UNAUTHENTICATED', retryAfterSeconds: undefined };

test('after five failures an account waits, twice as long after each one more, 15 minutes at most', async () => {
  await t.account('nadja', 'VIEWER');
  expect(await failTimes(t.url, 5, () => 'nadja')).toEqual(Array(5).fill('UNAUTHENTICATED'));
  for (const seconds of [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]) {
    expect(await tryLogin(t.url, 'nadja', wrong)).toMatchObject(limited(seconds));
    pass(seconds - 0.001);
    expect(await tryLogin(t.url, 'nadja', userPassword), 'a moment too early').toMatchObject(limited(1));
    pass(0.001);
    expect(await tryLogin(t.url, 'nadja', wrong)).toMatchObject(refused);
  }
});

test('the right password works after the wait, and the account starts afresh', async () => {
  await t.account('nils', 'VIEWER');
  await failTimes(t.url, 5, () => 'nils');
  expect(await tryLogin(t.url, 'nils', userPassword), 'while it waits').toMatchObject(limited(1));
  pass(1);
  expect(await tryLogin(t.url, 'nils', userPassword)).toMatchObject({ code: 'OK' });
  expect(await failTimes(t.url, 5, () => 'nils')).toEqual(Array(5).fill('UNAUTHENTICATED'));
  expect(await tryLogin(t.url, 'nils', userPassword)).toMatchObject(limited(1));
});

test('tries while an account waits make the wait no longer', async () => {
  await t.account('nora', 'VIEWER');
  await failTimes(t.url, 5, () => 'nora');
  await failTimes(t.url, 20, () => 'nora');
  expect(await tryLogin(t.url, 'nora', userPassword)).toMatchObject(limited(1));
  pass(1);
  expect(await tryLogin(t.url, 'nora', userPassword)).toMatchObject({ code: 'OK' });
});

test('an unknown name is answered as a known one is, byte for byte, limited or not', async () => {
  await t.account('nelly', 'VIEWER');
  for (const seconds of [0, 0, 0, 0, 0, 0, 0, 1, 0, 2, 0]) {
    pass(seconds);
    const known = await tryLogin(t.url, 'nelly', wrong);
    expect(await tryLogin(t.url, 'nobody', wrong)).toEqual(known);
  }
  expect(await tryLogin(t.url, 'nobody', wrong)).toMatchObject(limited(4));
});

test('logins that succeed do not count, and take back the failures before them', async () => {
  await t.account('nina', 'VIEWER');
  for (let round = 0; round < 6; round += 1) {
    expect(await tryLogin(t.url, 'nina', userPassword)).toMatchObject({ code: 'OK' });
    expect(await failTimes(t.url, 3, () => 'nina')).toEqual(Array(3).fill('UNAUTHENTICATED'));
  }
});

test('the right password of a disabled user is answered as a wrong one, and counts as one', async () => {
  const { id } = await t.account('nikita', 'VIEWER');
  await t.database.sql('UPDATE users SET disabled_at = now() WHERE id = $1', [id]);
  for (let attempt = 0; attempt < 5; attempt += 1) {
    expect(await tryLogin(t.url, 'nikita', userPassword)).toMatchObject(refused);
  }
  expect(await tryLogin(t.url, 'nikita', userPassword)).toMatchObject(limited(1));
});

test('a name in other case or width is the same account, and another name is another', async () => {
  await t.account('noah', 'VIEWER');
  await failTimes(t.url, 5, (attempt) => ['noah', 'NOAH', 'Ｎｏａｈ', 'noAh', 'ｎｏａｈ'][attempt] ?? '');
  expect(await tryLogin(t.url, 'noah', userPassword)).toMatchObject(limited(1));
  expect(await tryLogin(t.url, 'vera', userPassword)).toMatchObject({ code: 'OK' });
});

test('wrong current passwords given to changePassword count by session: that session waits, and no other, nor a login', async () => {
  const noel = await t.account('noel', 'VIEWER');
  const elsewhere = { token: await logIn(t.url, 'noel', userPassword) };
  const change = async (currentPassword: string, session: { token: string } = noel) =>
    outcomeOf(
      await t.gql(
        'mutation ($currentPassword: String!) { changePassword(currentPassword: $currentPassword, newPassword: "a new password for noel") { token } }',
        { currentPassword },
        session,
      ),
    );
  await failTimes(t.url, 5, () => 'noel');
  for (const _ of [1, 2, 3, 4, 5]) expect(await change(wrong)).toMatchObject({ code: 'BAD_USER_INPUT' });
  expect(await change(userPassword)).toMatchObject(limited(1));
  pass(1);
  expect(await change(wrong)).toMatchObject({ code: 'BAD_USER_INPUT' });
  expect(await change(userPassword)).toMatchObject(limited(2));
  expect(await tryLogin(t.url, 'noel', userPassword)).toMatchObject({ code: 'OK' });
  expect(await change(userPassword, elsewhere)).toMatchObject({ code: 'OK' });
});

test('the failures of an account hold over a restart, and every process counts them together', async () => {
  await t.account('nuria', 'VIEWER');
  const stopped = await t.startAnother();
  await failTimes(stopped.url, 3, () => 'nuria');
  await stopped.stop();
  expect(await failTimes(t.url, 2, () => 'nuria')).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED']);
  const restarted = await t.startAnother();
  expect(await tryLogin(restarted.url, 'nuria', userPassword)).toMatchObject(limited(1));
  expect(await tryLogin(t.url, 'nuria', userPassword)).toMatchObject(limited(1));
  pass(1);
  expect(await tryLogin(restarted.url, 'nuria', userPassword)).toMatchObject({ code: 'OK' });
});

test('what was typed as a name is not kept where tries are counted', async () => {
  await failTimes(t.url, 1, () => 'a password typed as a name');
  const rows = await t.database.sql<{ key: string }>('SELECT key FROM rate_limits');
  expect(rows.length).toBeGreaterThan(0);
  expect(rows.map(({ key }) => key).join()).not.toMatch(/password|nora/);
});
