import { expect, test } from 'vitest';
import { expectCode, expectData } from '../expect.js';
import { useStipend } from '../harness.js';
import { expectRefusal } from '../invariants.js';
import { auditOf, isAccepted, newPerson, openSession, refresh, sessionsQuery } from '../sessions/support.js';

const t = await useStipend();

const revoke = (id: unknown, account?: { token: string }) =>
  t.gql('mutation ($id: ID!) { revokeSession(id: $id) { revokedSessions } }', { id }, account);

test('a session of one’s own is ended at once, with both its tokens, and no other', async () => {
  const laptop = await newPerson(t);
  const phone = await openSession(t.url, laptop.username);
  expect(await isAccepted(t.url, phone.token)).toBe(true);
  const answer = await revoke(phone.sessionId, laptop);
  expect(answer.data).toEqual({ revokeSession: { revokedSessions: 1 } });
  expect(await isAccepted(t.url, phone.token)).toBe(false);
  expectCode(await refresh(t.url, phone.refreshToken), 'UNAUTHENTICATED');
  const { data } = await t.gql(sessionsQuery, {}, laptop);
  expect(data.sessions.map(({ id }: { id: string }) => id)).toEqual([laptop.sessionId]);
  await expect.poll(() => isAccepted(t.url, laptop.token)).toBe(true);
});

test('the session that asks can be ended by itself', async () => {
  const person = await newPerson(t);
  expect((await revoke(person.sessionId, person)).data).toEqual({ revokeSession: { revokedSessions: 1 } });
  expect(await isAccepted(t.url, person.token)).toBe(false);
});

test('an id is the same in upper case', async () => {
  const person = await newPerson(t);
  expectData(await revoke(person.sessionId.toUpperCase(), person));
  expect(await isAccepted(t.url, person.token)).toBe(false);
});

test('a revocation is an audit entry with who did it and from where', async () => {
  const laptop = await newPerson(t);
  const phone = await openSession(t.url, laptop.username);
  await revoke(phone.sessionId, laptop);
  const told = await auditOf(t.database, phone.sessionId);
  expect(told.filter(({ action }) => action === 'session.revoked')).toEqual([
    {
      action: 'session.revoked',
      actor_id: laptop.id,
      subject: phone.sessionId,
      changes: [{ field: 'revokedSessions', before: null, after: '1' }],
      ip: '127.0.0.1',
    },
  ]);
});

test('somebody else’s session, an ended one and one that there is not are NOT_FOUND, with the same bytes', async () => {
  const [person, stranger] = [await newPerson(t), await newPerson(t)];
  const ended = await openSession(t.url, person.username);
  await revoke(ended.sessionId, person);
  const ids = [stranger.sessionId, ended.sessionId, '00000000-0000-7000-8000-000000000000', person.id];
  const answers = [];
  for (const id of ids) {
    const attempt = () => revoke(id, person);
    await expectRefusal(t.database, attempt, { code: 'NOT_FOUND', field: 'id' });
    answers.push(await attempt());
  }
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  for (const { token } of [person, stranger]) expect(await isAccepted(t.url, token)).toBe(true);
  await openSession(t.url, stranger.username);
});

test('an admin ends nobody else’s session by its id either', async () => {
  const person = await newPerson(t);
  await expectRefusal(t.database, () => revoke(person.sessionId, t.admin), {
    code: 'NOT_FOUND',
    field: 'id',
  });
  expect(await isAccepted(t.url, person.token)).toBe(true);
});

test('nobody ends a session without a login', async () => {
  const person = await newPerson(t);
  await expectRefusal(t.database, () => revoke(person.sessionId), { code: 'UNAUTHENTICATED' });
  expect(await isAccepted(t.url, person.token)).toBe(true);
});

test('what is no id is BAD_USER_INPUT', async () => {
  for (const id of [
    '',
    'x',
    'all',
    '*',
    '{00000000-0000-7000-8000-000000000000}',
    '00000000-0000-7000-8000-00000000000',
    '00000000-0000-7000-8000-000000000000\0',
    '\ud800',
    "' OR 1=1 --",
    'x'.repeat(60_000),
  ]) {
    await expectRefusal(t.database, () => revoke(id, t.viewer), { code: 'BAD_USER_INPUT', field: 'id' });
  }
});

test.each([[null], [undefined], [true], [['x']], [{}]])(
  'what is no text is BAD_USER_INPUT: %j',
  async (id) => {
    const answer = await revoke(id, t.viewer);
    expectCode(answer, 'BAD_USER_INPUT');
    expect(answer.status).toBeLessThan(500);
  },
);
