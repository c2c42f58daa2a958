import { afterEach, expect, test } from 'vitest';
import { send } from '../client.js';
import { expectCode } from '../expect.js';
import { useStipend } from '../harness.js';
import {
  isAccepted,
  newPerson,
  openSession,
  type Person,
  refresh,
  refreshed,
  sessionsQuery,
} from './support.js';

const hour = 3_600_000;
const lifetime = { SESSION_MAX_AGE: '20h', SESSION_IDLE: '6h', TOKEN_TTL: '24h' };
const t = await useStipend(lifetime);
const another = await t.startAnother();
const began = t.clock.now().getTime();
afterEach(() => t.clock.advance(began - t.clock.now().getTime()));

const listed = async (token: string) => {
  const { data } = await t.gql(sessionsQuery, {}, { token });
  return data.sessions.map(({ id }: { id: string }) => id);
};

/** Uses a session every five hours, until 15 hours after its beginning. */
async function keepAlive(use: (hours: number) => Promise<boolean>): Promise<void> {
  for (const hours of [5, 10, 15]) {
    t.clock.advance(5 * hour);
    expect(await use(hours), `after ${hours} hours`).toBe(true);
  }
}

/** Nobody may do anything with it any more, in either process. */
async function expectEnded(person: Person, refreshToken = person.refreshToken): Promise<void> {
  for (const { url } of [t, another]) {
    expect(await isAccepted(url, person.token)).toBe(false);
    expectCode(await refresh(url, refreshToken), 'UNAUTHENTICATED');
  }
}

test('a session that is not used for SESSION_IDLE is over, though its token has not expired', async () => {
  const [person, known] = [await newPerson(t), await newPerson(t)];
  t.clock.advance(6 * hour - 1);
  expect(await isAccepted(t.url, known.token)).toBe(true);
  t.clock.advance(1);
  await expectEnded(person);
  expect(await isAccepted(t.url, known.token)).toBe(true);
});

test('an idle session stays over: asking with it does not bring it back', async () => {
  const person = await newPerson(t);
  t.clock.advance(6 * hour);
  for (let tries = 0; tries < 3; tries++) await expectEnded(person);
  const again = await openSession(t.url, person.username);
  expect(await listed(again.token)).toEqual([again.sessionId]);
});

test('using the access token keeps a session alive', async () => {
  const person = await newPerson(t);
  await keepAlive(() => isAccepted(t.url, person.token));
});

test('refreshing keeps a session alive', async () => {
  const person = await newPerson(t);
  let { refreshToken } = person;
  await keepAlive(async () => {
    refreshToken = (await refreshed(t.url, refreshToken)).refreshToken;
    return true;
  });
  expect(await isAccepted(t.url, person.token)).toBe(true);
});

test('what another process sees of a session counts as its use', async () => {
  const person = await newPerson(t);
  await keepAlive((hours) => isAccepted(hours === 10 ? t.url : another.url, person.token));
  t.clock.advance(2 * hour);
  expect(await isAccepted(t.url, person.token)).toBe(true);
  await refreshed(another.url, person.refreshToken);
});

test('using a session on one process only keeps it alive for all of them', async () => {
  const person = await newPerson(t);
  for (const { url } of [t, another]) await isAccepted(url, person.token);
  await keepAlive(() => isAccepted(another.url, person.token));
  expect(await isAccepted(t.url, person.token)).toBe(true);
});

test('a session is over after SESSION_MAX_AGE, however it was used, and so are its tokens', async () => {
  const person = await newPerson(t);
  const end = new Date(began + 20 * hour).toISOString();
  expect(person.expiresAt).toBe(end);
  let { refreshToken } = person;
  await keepAlive(async () => {
    const pair = await refreshed(t.url, refreshToken);
    refreshToken = pair.refreshToken;
    expect(pair.expiresAt).toBe(end);
    return isAccepted(another.url, pair.token);
  });
  t.clock.advance(4 * hour);
  const last = await refreshed(t.url, refreshToken);
  expect([last.expiresAt, last.refreshExpiresAt]).toEqual([end, end]);
  t.clock.advance(hour - 1_000);
  expect(await isAccepted(t.url, person.token)).toBe(true);
  t.clock.advance(1_000);
  await expectEnded({ ...person, token: last.token }, last.refreshToken);
});

test('a refresh token ends when the session does if nobody uses it, and says so', async () => {
  const person = await newPerson(t);
  expect(person.refreshExpiresAt).toBe(new Date(began + 6 * hour).toISOString());
  t.clock.advance(5 * hour);
  const { refreshToken, refreshExpiresAt } = await refreshed(t.url, person.refreshToken);
  expect(refreshExpiresAt).toBe(new Date(began + 11 * hour).toISOString());
  t.clock.advance(6 * hour - 1);
  const next = await refreshed(t.url, refreshToken);
  t.clock.advance(6 * hour);
  expectCode(await refresh(t.url, next.refreshToken), 'UNAUTHENTICATED');
});

test('an expired session can be ended by nobody: it is NOT_FOUND', async () => {
  const person = await newPerson(t);
  t.clock.advance(20 * hour);
  const again = await openSession(t.url, person.username);
  const revoke = `mutation { revokeSession(id: "${person.sessionId}") { revokedSessions } }`;
  expectCode(await send(t.url, { query: revoke, token: again.token }), 'NOT_FOUND');
});

test('a restart revives no session', async () => {
  const person = await newPerson(t);
  t.clock.advance(20 * hour);
  const { url } = await t.startAnother({ SESSION_MAX_AGE: '30d', SESSION_IDLE: '7d' });
  expect(await isAccepted(url, person.token)).toBe(false);
  expectCode(await refresh(url, person.refreshToken), 'UNAUTHENTICATED');
});
