import { expect, test } from 'vitest';
import { expectCode } from '../expect.js';
import { useStipend } from '../harness.js';
import { auditOf, isAccepted, newPerson, openSession, type Person, refresh } from '../sessions/support.js';

const t = await useStipend();

/** Somebody with three sessions, and somebody else, all of whom the server knows. */
async function threeSessions(): Promise<{ mine: Person; others: Person[]; stranger: Person }> {
  const mine = await newPerson(t);
  const others = [await openSession(t.url, mine.username), await openSession(t.url, mine.username)];
  const stranger = await newPerson(t);
  expect(await alive(mine, ...others, stranger)).toEqual([true, true, true, true]);
  return { mine, others, stranger };
}

/** @returns which of the sessions can still be used, by access token; those that cannot are not refreshed either */
async function alive(...people: Person[]): Promise<boolean[]> {
  const accepted: boolean[] = [];
  for (const { token, refreshToken } of people) {
    const isAlive = await isAccepted(t.url, token);
    if (!isAlive) expectCode(await refresh(t.url, refreshToken), 'UNAUTHENTICATED');
    accepted.push(isAlive);
  }
  return accepted;
}

const logout = (account: { token: string } | undefined, scope?: string) =>
  t.gql(`mutation { logout${scope ? `(scope: ${scope})` : ''} { revokedSessions } }`, {}, account);

test('THIS_SESSION ends this one at once, and no other', async () => {
  for (const scope of ['THIS_SESSION', undefined]) {
    const { mine, others, stranger } = await threeSessions();
    expect((await logout(mine, scope)).data).toEqual({ logout: { revokedSessions: 1 } });
    expect(await alive(mine, ...others, stranger)).toEqual([false, true, true, true]);
  }
});

test('OTHER_SESSIONS ends the others of the user at once, and not this one', async () => {
  const { mine, others, stranger } = await threeSessions();
  expect((await logout(mine, 'OTHER_SESSIONS')).data).toEqual({ logout: { revokedSessions: 2 } });
  expect(await alive(mine, ...others, stranger)).toEqual([true, false, false, true]);
  expect((await logout(mine, 'OTHER_SESSIONS')).data).toEqual({ logout: { revokedSessions: 0 } });
});

test('ALL_SESSIONS ends all sessions of the user at once, and nobody else’s', async () => {
  const { mine, others, stranger } = await threeSessions();
  expect((await logout(mine, 'ALL_SESSIONS')).data).toEqual({ logout: { revokedSessions: 3 } });
  expect(await alive(mine, ...others, stranger)).toEqual([false, false, false, true]);
});

test('sessions that ended before are not counted again', async () => {
  const { mine, others } = await threeSessions();
  for (const other of others) await logout(other);
  expect((await logout(mine, 'ALL_SESSIONS')).data).toEqual({ logout: { revokedSessions: 1 } });
});

test('whoever has logged out can log in again, and the old token stays dead', async () => {
  const { mine } = await threeSessions();
  await logout(mine, 'ALL_SESSIONS');
  const again = await openSession(t.url, mine.username);
  expect(await alive(again, mine)).toEqual([true, false]);
});

test('a token that was logged out logs nothing out: it is 401', async () => {
  const { mine, others } = await threeSessions();
  await logout(mine);
  for (const scope of ['THIS_SESSION', 'OTHER_SESSIONS', 'ALL_SESSIONS']) {
    const answer = await logout(mine, scope);
    expect(answer.status).toBe(401);
    expectCode(answer, 'UNAUTHENTICATED');
  }
  expect(await alive(...others)).toEqual([true, true]);
});

test('nobody logs out without a login', async () => {
  expectCode(await logout(undefined, 'ALL_SESSIONS'), 'UNAUTHENTICATED');
});

test('a scope that there is not ends nothing', async () => {
  const { mine, others } = await threeSessions();
  for (const scope of ['NO_SESSION', 'null', '"ALL_SESSIONS"', '1']) {
    expectCode(await logout(mine, scope), 'GRAPHQL_VALIDATION_FAILED');
  }
  expect(await alive(mine, ...others)).toEqual([true, true, true]);
});

test('20 parallel logouts end a session once', async () => {
  const { mine } = await threeSessions();
  const answers = await Promise.all(Array.from({ length: 20 }, () => logout(mine)));
  const ended = answers.map(({ data }) => data?.logout.revokedSessions ?? 0);
  expect(ended.reduce((sum, count) => sum + count, 0)).toBe(1);
  expect(answers.every(({ status }) => status === 200 || status === 401)).toBe(true);
});

test('a logout is an audit entry with who did it and from where', async () => {
  const { mine } = await threeSessions();
  await logout(mine);
  expect((await auditOf(t.database, mine.sessionId)).map(({ action }) => action).sort()).toEqual([
    'login.succeeded',
    'session.revoked',
  ]);
  const all = await newPerson(t);
  await logout(all, 'ALL_SESSIONS');
  expect(await auditOf(t.database, all.id)).toEqual([
    {
      action: 'session.revoked',
      actor_id: all.id,
      subject: all.id,
      changes: [{ field: 'revokedSessions', before: null, after: '1' }],
      ip: '127.0.0.1',
    },
  ]);
});
