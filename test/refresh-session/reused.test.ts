import { expect, test } from 'vitest';
import { expectCode } from '../expect.js';
import { useStipend } from '../harness.js';
import {
  auditOf,
  isAccepted,
  newPerson,
  openSession,
  type Person,
  refresh,
  refreshed,
  withinASecond,
} from '../sessions/support.js';
import { countTokens, hashOf, untradedOf } from './support.js';

const t = await useStipend({ REFRESH_GRACE: '10s' });
const another = await t.startAnother();
const grace = 10_000;
const processes = [t.url, another.url];

/** Both processes know the session, so that what follows has to reach them. */
async function knownToBoth(): Promise<Person> {
  const person = await newPerson(t);
  for (const url of processes) expect(await isAccepted(url, person.token)).toBe(true);
  return person;
}

/** No access token of a session is accepted after a second, in either process, and no refresh token is either. */
async function expectDead(tokens: string[], refreshTokens: string[]): Promise<void> {
  const since = performance.now();
  for (const url of processes) {
    for (const token of tokens) {
      expect(await withinASecond(async () => !(await isAccepted(url, token)), since)).toBe(true);
    }
    for (const token of refreshTokens) {
      expectCode(await refresh(url, token), 'UNAUTHENTICATED');
    }
  }
}

const reuses = async ({ sessionId }: Person) =>
  (await auditOf(t.database, sessionId)).filter(({ action }) => action === 'refresh.reused');

test('using a token after the grace that was traded before kills the session on both processes, with an audit entry', async () => {
  for (const [trading, reusing] of [processes, processes.toReversed()]) {
    const person = await knownToBoth();
    const pair = await refreshed(String(trading), person.refreshToken);
    t.clock.advance(grace);
    expectCode(await refresh(String(reusing), person.refreshToken), 'UNAUTHENTICATED');
    await expectDead([person.token, pair.token], [person.refreshToken, pair.refreshToken]);
    expect(await reuses(person)).toEqual([
      { action: 'refresh.reused', actor_id: null, subject: person.sessionId, changes: [], ip: '127.0.0.1' },
    ]);
  }
});

test('the answer to a reuse says so, to whoever has the token only, and it is logged without the token', async () => {
  const person = await newPerson(t);
  await refreshed(t.url, person.refreshToken);
  t.clock.advance(grace);
  const stranger = await refresh(t.url, 'x'.repeat(43));
  expect(stranger.errors?.[0]?.extensions).toEqual({ code: 'UNAUTHENTICATED' });
  for (let times = 0; times < 2; times += 1) {
    const { errors } = await refresh(t.url, person.refreshToken);
    expect(errors?.[0]?.extensions).toEqual({ code: 'UNAUTHENTICATED', reason: 'REFRESH_TOKEN_REUSED' });
    expect(errors?.[0]?.message).toBe(stranger.errors?.[0]?.message);
  }
  const lines = t.logLines.filter((line) => line.includes('a refresh token was used again'));
  const logged = lines
    .map((line) => JSON.parse(line))
    .filter(({ sessionId }) => sessionId === person.sessionId);
  expect(logged).toMatchObject([{ level: 40, userId: person.id }]);
  expect(JSON.stringify(logged)).not.toContain(person.refreshToken);
});

test.each([
  ['has not been used for long', 'UPDATE sessions SET last_used_at = $2 WHERE id = $1'],
  ['has become too old', 'UPDATE sessions SET expires_at = $2 WHERE id = $1'],
])(
  'the answer to the refresh token of a session that %s says that it has expired',
  async (_how, statement) => {
    const person = await newPerson(t);
    await t.database.sql(statement, [person.sessionId, new Date(t.clock.now().getTime() - 8 * 86_400_000)]);
    const { errors } = await refresh(t.url, person.refreshToken);
    expect(errors?.[0]?.extensions).toEqual({ code: 'UNAUTHENTICATED', reason: 'REFRESH_TOKEN_EXPIRED' });
  },
);

test('by default a token returns its successor for a day, as long as that has not been used', async () => {
  const { url } = await t.startAnother({ REFRESH_GRACE: '' });
  const person = await newPerson(t);
  const first = await refreshed(url, person.refreshToken);
  t.clock.advance(86_400_000 - 1);
  const again = await refreshed(url, person.refreshToken);
  expect(again.refreshToken).toBe(first.refreshToken);
  expect(await isAccepted(url, again.token)).toBe(true);
  t.clock.advance(1);
  const { errors } = await refresh(url, person.refreshToken);
  expect(errors?.[0]?.extensions.reason).toBe('REFRESH_TOKEN_REUSED');
  await expectDead([again.token], [first.refreshToken]);
});

test('a reuse ends no other session of the user', async () => {
  const person = await knownToBoth();
  const phone = await openSession(t.url, person.username);
  await refreshed(t.url, person.refreshToken);
  t.clock.advance(grace);
  await refresh(t.url, person.refreshToken);
  await expectDead([person.token], []);
  for (const url of processes) expect(await isAccepted(url, phone.token)).toBe(true);
  await refreshed(t.url, phone.refreshToken);
});

test('a thief who refreshes first is found out when the owner refreshes', async () => {
  const owner = await knownToBoth();
  const thief = await refreshed(another.url, owner.refreshToken);
  const next = await refreshed(another.url, thief.refreshToken);
  t.clock.advance(grace);
  await refresh(t.url, owner.refreshToken);
  await expectDead([owner.token, thief.token, next.token], [thief.refreshToken, next.refreshToken]);
  expect(await reuses(owner)).toHaveLength(1);
});

test('within the grace the token gives the same successor again, on every process, and not a second line', async () => {
  const person = await knownToBoth();
  const first = await refreshed(t.url, person.refreshToken);
  for (const milliseconds of [0, 5_000, 4_999]) {
    t.clock.advance(milliseconds);
    for (const url of processes) {
      const again = await refreshed(url, person.refreshToken);
      expect(again.refreshToken).toBe(first.refreshToken);
      expect(await isAccepted(url, again.token)).toBe(true);
    }
  }
  expect(await untradedOf(t.database, person.sessionId)).toEqual([hashOf(first.refreshToken)]);
  expect(await countTokens(t.database, person.sessionId)).toBe(2);
  expect(await reuses(person)).toEqual([]);
  await refreshed(t.url, first.refreshToken);
});

test('a retry does not make the grace longer', async () => {
  const person = await knownToBoth();
  await refreshed(t.url, person.refreshToken);
  t.clock.advance(grace - 1);
  await refreshed(t.url, person.refreshToken);
  t.clock.advance(1);
  expectCode(await refresh(t.url, person.refreshToken), 'UNAUTHENTICATED');
  await expectDead([person.token], []);
});

test('a token whose successor was traded is used a second time by somebody else, within the grace too', async () => {
  const person = await knownToBoth();
  const first = await refreshed(t.url, person.refreshToken);
  const second = await refreshed(another.url, first.refreshToken);
  expectCode(await refresh(t.url, person.refreshToken), 'UNAUTHENTICATED');
  await expectDead([person.token, first.token, second.token], [first.refreshToken, second.refreshToken]);
  expect(await reuses(person)).toHaveLength(1);
});

test('a token from long before kills the session as well', async () => {
  const person = await knownToBoth();
  let { refreshToken } = person;
  for (let trades = 0; trades < 4; trades++) {
    t.clock.advance(3_600_000);
    refreshToken = (await refreshed(t.url, refreshToken)).refreshToken;
  }
  expectCode(await refresh(another.url, person.refreshToken), 'UNAUTHENTICATED');
  await expectDead([person.token], [refreshToken]);
});

test('a session that was killed stays so: reusing its tokens tells of nothing new, and a restart revives nothing', async () => {
  const person = await knownToBoth();
  const pair = await refreshed(t.url, person.refreshToken);
  t.clock.advance(grace);
  for (let tries = 0; tries < 3; tries++) await refresh(t.url, person.refreshToken);
  expect(await reuses(person)).toHaveLength(1);
  const { url } = await t.startAnother();
  expect(await isAccepted(url, pair.token)).toBe(false);
  expectCode(await refresh(url, pair.refreshToken), 'UNAUTHENTICATED');
});

test('REFRESH_GRACE decides how long it is; 0 is none', async () => {
  const [none, long] = [
    await t.startAnother({ REFRESH_GRACE: '0s' }),
    await t.startAnother({ REFRESH_GRACE: '60s' }),
  ];
  const person = await knownToBoth();
  await refreshed(none.url, person.refreshToken);
  expectCode(await refresh(none.url, person.refreshToken), 'UNAUTHENTICATED');
  await expectDead([person.token], []);
  const other = await knownToBoth();
  await refreshed(long.url, other.refreshToken);
  t.clock.advance(59_999);
  await refreshed(long.url, other.refreshToken);
});
