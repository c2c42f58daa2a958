import { expect } from 'vitest';
import { send } from '../client.js';
import { expectCode } from '../expect.js';
import type { Harness } from '../harness.js';
import {
  isAccepted,
  newPerson,
  openSession,
  type Person,
  refresh,
  withinASecond,
} from '../sessions/support.js';

/** Runs an operation on one of several processes, or fails the test. */
export async function run(url: string, query: string, account: { token: string }): Promise<void> {
  const { errors, text } = await send(url, { query, token: account.token });
  if (errors) throw new Error(text);
}

const edit =
  (fields: string) =>
  (url: string, { id }: Person, admin: { token: string }) =>
    run(url, `mutation { editUser(input: { id: "${id}", ${fields} }) { user { id } } }`, admin);

/** Whatever ends a session: done by one process, while the token has hours to go. */
export const revocations: Record<
  string,
  (url: string, person: Person, admin: { token: string }) => Promise<void>
> = {
  'a logout': (url, person) => run(url, 'mutation { logout { revokedSessions } }', person),
  'a logout of all sessions': async (url, { username }) =>
    run(
      url,
      'mutation { logout(scope: ALL_SESSIONS) { revokedSessions } }',
      await openSession(url, username),
    ),
  'a logout of the other sessions': async (url, { username }) =>
    run(
      url,
      'mutation { logout(scope: OTHER_SESSIONS) { revokedSessions } }',
      await openSession(url, username),
    ),
  revokeSession: async (url, { username, sessionId }) =>
    run(
      url,
      `mutation { revokeSession(id: "${sessionId}") { revokedSessions } }`,
      await openSession(url, username),
    ),
  'a change of the password': async (url, { username }) =>
    run(
      url,
      `mutation { changePassword(currentPassword: "a password for tests", newPassword: "another one for tests") { token } }`,
      await openSession(url, username),
    ),
  'a password that an admin sets': edit('newPassword: "set by an admin for tests"'),
  'a change of the role': edit('role: EMPLOYEE'),
  'disabling the user': edit('disabled: true'),
};

/** A person whom all of these processes know. */
export async function knownTo(
  t: Harness,
  urls: readonly string[],
  role: 'ADMIN' | 'VIEWER' = 'VIEWER',
): Promise<Person> {
  const person = await newPerson(t, role, urls[0]);
  for (const url of urls) expect(await isAccepted(url, person.token)).toBe(true);
  return person;
}

/** Refused from a second after now on, at the latest, and for good. */
export async function expectRefusedWithinASecond(
  url: string,
  { token, refreshToken }: Person,
): Promise<void> {
  expect(await withinASecond(async () => !(await isAccepted(url, token)))).toBe(true);
  expect(await isAccepted(url, token)).toBe(false);
  expectCode(await refresh(url, refreshToken), 'UNAUTHENTICATED');
}

/** @returns what becomes of an attempt at what only an admin may do, which changes nothing */
export async function adminAttempt(url: string, token: string): Promise<string | undefined> {
  const query =
    'mutation { createUser(input: { username: "x", password: "weak", role: ADMIN }) { user { id } } }';
  // An admin is told that the password is weak; anybody else is told nothing of it.
  const { errors } = await send(url, { query, token });
  return errors?.[0]?.extensions.code;
}

/**
 * Waits until every process hears announcements, and requests with a token cost no look at its session.
 *
 * @param processes how many there are on the database
 */
export async function expectSteady(
  t: Harness,
  { url, token, processes = 2 }: { url: string; token: string; processes?: number },
): Promise<void> {
  const patience = { timeout: 20_000 };
  const hearing = `SELECT 1 FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'stipend listener' AND query LIKE '%pg_notify%'`;
  await expect.poll(() => t.database.sql(hearing), patience).toHaveLength(processes);
  const burst = async () => {
    const before = t.statements.length;
    for (let requests = 0; requests < 20; requests++) await send(url, { query: '{ __typename }', token });
    return t.statements.slice(before).filter((text) => text.includes('sessions'));
  };
  await expect.poll(burst, patience).toEqual([]);
}
