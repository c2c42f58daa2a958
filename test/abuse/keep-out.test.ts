import { expect, test } from 'vitest';
import { post } from '../client.js';
import { userPassword } from '../factories.js';
import { adminPassword, useStipend } from '../harness.js';
import { outcomeOf, tryLogin } from '../login-limits/support.js';

const t = await useStipend({ TRUSTED_PROXIES: '127.0.0.1' });
const home = '198.51.100.1';
const office = '198.51.100.2';
const outsider = (attempt: number) => `203.0.113.${attempt % 250}`;
const wrong = 'a wrong password';

const changeQuery = `mutation ($old: String!, $new: String!) {
  changePassword(currentPassword: $old, newPassword: $new) { token } }`;

/** Guesses at a name from many addresses, several at once, until it is ended. */
function hammer(username: string): { end: () => Promise<Set<string>> } {
  const codes = new Set<string>();
  let isOver = false;
  const guess = async (first: number) => {
    for (let attempt = first; !isOver; attempt += 1) {
      codes.add((await tryLogin(t.url, username, wrong, outsider(attempt))).code);
    }
  };
  const guessing = [0, 60, 120, 180].map(guess);
  return {
    end: async () => {
      isOver = true;
      await Promise.all(guessing);
      return codes;
    },
  };
}

test('while an outsider guesses at the name of the admin, the admin logs in from where he has before, every time', async () => {
  expect(await tryLogin(t.url, 'admin', adminPassword, home)).toMatchObject({ code: 'OK' });
  await Promise.all(Array.from({ length: 8 }, (_, n) => tryLogin(t.url, 'admin', wrong, outsider(n))));
  const guesses = hammer('admin');
  for (let round = 0; round < 29; round += 1) {
    expect(await tryLogin(t.url, 'admin', adminPassword, home)).toMatchObject({ code: 'OK' });
  }
  expect(await guesses.end()).toContain('RATE_LIMITED');
});

test('while an outsider guesses at the name of the admin, the admin changes the password, every time', async () => {
  const passwords = [adminPassword, 'another password of the admin'];
  let session = { token: t.admin.token };
  const guesses = hammer('admin');
  for (let round = 0; round < 6; round += 1) {
    const [old, next] = round % 2 ? [...passwords].reverse() : passwords;
    const answer = await t.gql(changeQuery, { old, new: next }, session);
    expect(outcomeOf(answer)).toMatchObject({ code: 'OK' });
    session = answer.data.changePassword;
  }
  expect(await guesses.end()).toContain('RATE_LIMITED');
});

test('while a crowd of strangers fills the queue of logins, who has logged in before is let in, and changes the password', async () => {
  const another = await t.account('otto', 'VIEWER');
  expect(await tryLogin(t.url, 'otto', userPassword, home)).toMatchObject({ code: 'OK' });
  const texts = new Set<string>();
  let isOver = false;
  const guess = async (first: number) => {
    for (let attempt = first; !isOver; attempt += 300) {
      const address = `203.${attempt % 250}.${(attempt >> 8) % 250}.1`;
      texts.add((await tryLogin(t.url, `crowd-${attempt}`, wrong, address)).text);
    }
  };
  const crowd = Array.from({ length: 80 }, (_, n) => guess(n));
  try {
    await expect
      .poll(() => [...texts].join(''), { interval: 5, timeout: 15_000 })
      .toContain('Too many logins');
    for (let round = 0; round < 10; round += 1) {
      expect(await tryLogin(t.url, 'otto', userPassword, home)).toMatchObject({ code: 'OK' });
    }
    const change = { old: userPassword, new: 'another password of otto' };
    expect(outcomeOf(await t.gql(changeQuery, change, another))).toMatchObject({ code: 'OK' });
  } finally {
    isOver = true;
    await Promise.all(crowd);
  }
}, 60_000);

/** Runs something so many times, 20 at once. */
async function manyTimes(times: number, work: () => Promise<unknown>): Promise<void> {
  let left = times;
  const run = async () => {
    while (left-- > 0) await work();
  };
  await Promise.all(Array.from({ length: 20 }, run));
}

interface Entry {
  subject: string | null;
  ip: string | null;
  count: number;
}

function entriesOf(action: string): Promise<Entry[]> {
  return t.database.sql('SELECT subject, ip, count FROM audit_entries WHERE action = $1 AND ip = $2', [
    action,
    office,
  ]);
}

const refreshBody = JSON.stringify({
  query: `mutation { refreshSession(refreshToken: "${'A'.repeat(43)}") { token } }`,
});

test('2,000 refused logins and 2,000 dead refresh tokens leave a handful of entries that count them, and a login from there passes', async () => {
  const { url, stop } = await t.startAnother();
  await tryLogin(url, 'vera', userPassword, office);
  await manyTimes(2_000, () => tryLogin(url, 'admin', 'a wrong password', office));
  await manyTimes(2_000, () => post(url, refreshBody, { 'x-forwarded-for': office }));
  expect(await tryLogin(url, 'vera', userPassword, office)).toMatchObject({ code: 'OK' });
  await stop();

  const logins = [...(await entriesOf('login.failed')), ...(await entriesOf('login.limited'))];
  const refreshes = await entriesOf('refresh.failed');
  const sum = (entries: Entry[]) => entries.reduce((total, { count }) => total + count, 0);
  expect(sum(logins)).toBe(2_000);
  expect(sum(refreshes)).toBe(2_000);
  // Two for each of three kinds and each minute that it took.
  expect(logins.length + refreshes.length).toBeLessThanOrEqual(3 * 2 * 3);
  for (const { subject, ip } of logins) expect({ subject, ip }).toEqual({ subject: t.admin.id, ip: office });
}, 120_000);
