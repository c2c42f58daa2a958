import { expect, test } from 'vitest';
import { useStipend } from '../harness.js';
import { isAccepted, newPerson, openSession, refreshed } from './support.js';

const day = 86_400_000;
const t = await useStipend({ SESSION_MAX_AGE: '40d', SESSION_IDLE: '40d', TOKEN_TTL: '1h' });

/** A process removes what it has to when it starts, and is done with that when it has stopped. */
async function purge(): Promise<void> {
  await (await t.startAnother()).stop();
}

const kept = async (table: string, column: string, id: string) =>
  (await t.database.sql(`SELECT 1 FROM ${table} WHERE ${column} = $1::uuid`, [id])).length;

test('a session is removed with its refresh tokens 30 days after it expired, and no sooner', async () => {
  const { sessionId, refreshToken } = await newPerson(t);
  await refreshed(t.url, refreshToken);
  t.clock.advance(70 * day);
  await purge();
  expect(await kept('sessions', 'id', sessionId)).toBe(1);
  expect(await kept('refresh_tokens', 'session_id', sessionId)).toBe(2);
  t.clock.advance(1);
  await purge();
  expect(await kept('sessions', 'id', sessionId)).toBe(0);
  expect(await kept('refresh_tokens', 'session_id', sessionId)).toBe(0);
});

test('so is one that was revoked, 30 days after that, and the living stay', async () => {
  const person = await newPerson(t);
  const other = await openSession(t.url, person.username);
  await t.gql('mutation { logout { __typename } }', {}, { token: person.token });
  t.clock.advance(30 * day + 1);
  await purge();
  expect(await kept('sessions', 'id', person.sessionId)).toBe(0);
  expect(await kept('sessions', 'id', other.sessionId)).toBe(1);
  const { token } = await refreshed(t.url, other.refreshToken);
  expect(await isAccepted(t.url, token)).toBe(true);
});

test('however many there are, processes that start at the same time remove all of them together', async () => {
  await t.database.sql(
    `INSERT INTO sessions (id, user_id, created_at, last_used_at, expires_at)
     SELECT gen_random_uuid(), $1::uuid, now(), now(), '2020-01-01' FROM generate_series(1, 3500)`,
    [t.admin.id],
  );
  const left = async () =>
    (await t.database.sql(`SELECT 1 FROM sessions WHERE expires_at = '2020-01-01'`)).length;
  const apps = await Promise.all([t.startAnother(), t.startAnother(), t.startAnother()]);
  await expect.poll(left, { timeout: 10_000 }).toBe(0);
  await Promise.all(apps.map((app) => app.stop()));
  expect(t.logLines.join('')).not.toContain('could not be removed');
});
