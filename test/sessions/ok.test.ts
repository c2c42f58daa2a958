import { expect, test } from 'vitest';
import { post } from '../client.js';
import { expectCode } from '../expect.js';
import { userPassword } from '../factories.js';
import { useStipend } from '../harness.js';
import {
  isAccepted,
  loginMutation,
  newPerson,
  openSession,
  type Person,
  partOf,
  refresh,
  sessionsQuery,
} from './support.js';

const t = await useStipend();
const minute = 60_000;

interface Listed {
  id: string;
  lastUsedAt: string;
  current: boolean;
  [field: string]: unknown;
}

async function list(token: string, url = t.url): Promise<Listed[]> {
  const answer = await post(url, JSON.stringify({ query: sessionsQuery }), {
    authorization: `Bearer ${token}`,
  });
  if (!answer.data) throw new Error(answer.text);
  return answer.data.sessions;
}

async function logInFrom(userAgent: string, username: string): Promise<{ token: string; sid: string }> {
  const body = JSON.stringify({ query: loginMutation, variables: { username, password: userPassword } });
  const { token } = (await post(t.url, body, { 'user-agent': userAgent })).data.login;
  return { token, sid: partOf(token, 1).sid };
}

const lastUseOf = async ({ sessionId }: Person) => {
  const [row] = await t.database.sql<{ at: Date }>('SELECT last_used_at AS at FROM sessions WHERE id = $1', [
    sessionId,
  ]);
  return row?.at;
};

test('a user sees the own sessions, the newest first: from where, since when, until when, and which is this one', async () => {
  const person = await newPerson(t);
  const began = t.clock.now().getTime();
  t.clock.advance(minute);
  const phone = await logInFrom('a phone', person.username);
  t.clock.advance(minute);
  const at = (milliseconds: number) => new Date(began + milliseconds).toISOString();
  expect(await list(phone.token)).toEqual([
    {
      id: phone.sid,
      createdAt: at(minute),
      lastUsedAt: at(2 * minute),
      expiresAt: at(minute + 30 * 86_400_000),
      ip: '127.0.0.1',
      userAgent: 'a phone',
      current: true,
    },
    {
      id: person.sessionId,
      createdAt: at(0),
      lastUsedAt: at(0),
      expiresAt: at(30 * 86_400_000),
      ip: '127.0.0.1',
      userAgent: 'node',
      current: false,
    },
  ]);
  expect((await list(person.token)).map(({ id, current }) => [id, current])).toEqual([
    [phone.sid, false],
    [person.sessionId, true],
  ]);
});

test('nobody sees the sessions of somebody else, an admin neither', async () => {
  const person = await newPerson(t);
  for (const account of [t.admin, t.viewer, t.employee]) {
    const listed = await list(account.token);
    const ids = await t.database.sql<{ id: string }>('SELECT id FROM sessions WHERE user_id = $1', [
      account.id,
    ]);
    expect(listed.map(({ id }) => id).sort()).toEqual(ids.map(({ id }) => id).sort());
    expect(listed.map(({ id }) => id)).not.toContain(person.sessionId);
  }
});

test('nobody sees sessions without a login', async () => {
  expectCode(await t.gql(sessionsQuery), 'UNAUTHENTICATED');
});

test('a session that was ended is not listed', async () => {
  const person = await newPerson(t);
  const phone = await openSession(t.url, person.username);
  await t.gql('mutation { logout { revokedSessions } }', {}, phone);
  expect((await list(person.token)).map(({ id }) => id)).toEqual([person.sessionId]);
});

test('a user agent of any length is kept as far as its first 255 characters', async () => {
  const person = await newPerson(t);
  const agent = `agent ${'x'.repeat(5_000)}`;
  const { token } = await logInFrom(agent, person.username);
  const current = (await list(token)).find((session) => session.current);
  expect(current?.userAgent).toBe(agent.slice(0, 255));
});

test('using a session shows as its last use at once', async () => {
  const person = await newPerson(t);
  const watching = await openSession(t.url, person.username);
  for (let uses = 0; uses < 3; uses++) {
    t.clock.advance(minute);
    await isAccepted(t.url, person.token);
    const used = (await list(watching.token)).find(({ id }) => id === person.sessionId);
    expect(used?.lastUsedAt).toBe(t.clock.now().toISOString());
  }
});

test('50 requests with a token and more, for longer than a second, look up no session and write nothing', async () => {
  const person = await newPerson(t);
  const burst = async () => {
    const before = t.statements.length;
    const began = performance.now();
    for (let requests = 0; requests < 50 || performance.now() - began < 1_200; requests++) {
      t.clock.advance(100);
      const { data } = await t.gql('{ __typename }', {}, person);
      expect(data).toEqual({ __typename: 'Query' });
    }
    return t.statements.slice(before).filter((text) => !text.includes('shared_values'));
  };
  // A machine that stood still for a second makes the server look again: that is not the steady state.
  await expect.poll(burst, { timeout: 10_000 }).toEqual([]);
});

test('50 requests that read write nothing, and look up no session', async () => {
  const person = await newPerson(t);
  const burst = async () => {
    const before = t.statements.length;
    for (let requests = 0; requests < 50; requests++) await isAccepted(t.url, person.token);
    return t.statements.slice(before).filter((text) => /UPDATE|INSERT|DELETE|sessions/i.test(text));
  };
  await expect.poll(burst, { timeout: 10_000 }).toEqual([]);
});

test('the last use is written down, though not each: at the latest when the process stops', async () => {
  const { url, stop } = await t.startAnother();
  const person = await newPerson(t, 'VIEWER', url);
  t.clock.advance(minute);
  await isAccepted(url, person.token);
  expect(await lastUseOf(person)).toEqual(new Date(t.clock.now().getTime() - minute));
  await stop();
  expect(await lastUseOf(person)).toEqual(t.clock.now());
});

test('a use long after the last one that was written is written at once', async () => {
  const { url } = await t.startAnother({ SESSION_IDLE: '1h' });
  const person = await newPerson(t, 'VIEWER', url);
  t.clock.advance(5 * minute);
  await isAccepted(url, person.token);
  expect(await lastUseOf(person)).toEqual(t.clock.now());
});

test('writing down uses waits for nobody who holds the session', async () => {
  const { url } = await t.startAnother({ SESSION_IDLE: '1h' });
  const [held, free] = [await newPerson(t, 'VIEWER', url), await newPerson(t, 'VIEWER', url)];
  const before = await lastUseOf(held);
  t.clock.advance(5 * minute);
  const hold = t.database.sql(
    `WITH held AS MATERIALIZED (SELECT id FROM sessions WHERE id = $1 FOR UPDATE) SELECT pg_sleep(1) FROM held`,
    [held.sessionId],
  );
  const locked = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'`;
  await expect.poll(() => t.database.sql(locked)).toHaveLength(1);
  expect(await Promise.all([held, free].map(({ token }) => isAccepted(url, token)))).toEqual([true, true]);
  expect([await lastUseOf(held), await lastUseOf(free)]).toEqual([before, t.clock.now()]);
  await hold;
});

test('a refresh is a use', async () => {
  const person = await newPerson(t);
  t.clock.advance(minute);
  await refresh(t.url, person.refreshToken);
  expect(await lastUseOf(person)).toEqual(t.clock.now());
});
