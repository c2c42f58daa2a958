import { type Answer, send } from '../client.js';
import type { TestDatabase } from '../database.js';
import { insertUser, userPassword } from '../factories.js';

/** What a login or a refresh answers. */
export interface Pair {
  token: string;
  expiresAt: string;
  refreshToken: string;
  refreshExpiresAt: string;
}

/** A user with a session. */
export interface Person extends Pair {
  id: string;
  username: string;
  sessionId: string;
}

const pair = 'token expiresAt refreshToken refreshExpiresAt user { id username role admin }';
export const loginMutation = `mutation ($username: String!, $password: String!) {
  login(username: $username, password: $password) { ${pair} }
}`;
export const refreshMutation = `mutation ($refreshToken: String!) { refreshSession(refreshToken: $refreshToken) { ${pair} } }`;
export const sessionsQuery = '{ sessions { id createdAt lastUsedAt expiresAt ip userAgent current } }';

/** Logs in, or fails the test. */
export async function openSession(url: string, username: string, password = userPassword): Promise<Person> {
  const answer = await send(url, { query: loginMutation, variables: { username, password } });
  if (!answer.data?.login) throw new Error(`can't log in: ${answer.text}`);
  const { user, ...tokens } = answer.data.login;
  return { ...tokens, id: user.id, username, sessionId: partOf(tokens.token, 1).sid };
}

let people = 0;

/** Makes a user with a name of its own and logs that user in. */
export async function newPerson(
  t: { url: string; database: TestDatabase },
  role: 'ADMIN' | 'VIEWER' | 'EMPLOYEE' = 'VIEWER',
  url = t.url,
): Promise<Person> {
  people += 1;
  const username = `person${people}`;
  await insertUser(t.database, { username, role });
  return openSession(url, username);
}

export function refresh(url: string, refreshToken: string, token?: string): Promise<Answer> {
  return send(url, { query: refreshMutation, variables: { refreshToken }, token });
}

/** Refreshes, or fails the test. */
export async function refreshed(url: string, refreshToken: string): Promise<Pair> {
  const answer = await refresh(url, refreshToken);
  if (!answer.data?.refreshSession) throw new Error(`not refreshed: ${answer.text}`);
  return answer.data.refreshSession;
}

/** @returns whether a token is worth anything */
export async function isAccepted(url: string, token: string): Promise<boolean> {
  const { status, text } = await send(url, { query: '{ me { id } }', token });
  if (status !== 200 && status !== 401) throw new Error(`neither accepted nor refused: ${status} ${text}`);
  return status === 200;
}

/**
 * Asks again and again, for a second. What is asked later than that has to hold, however long the answer takes.
 *
 * @param since where the second begins, in milliseconds of performance.now()
 */
export async function withinASecond(
  check: () => Promise<boolean>,
  since = performance.now(),
): Promise<boolean> {
  for (;;) {
    const askedAt = performance.now();
    if (await check()) return true;
    if (askedAt - since > 1_000) return false;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Reads the header (0) or the claims (1) of a token. */
export function partOf(token: string, index: 0 | 1): Record<string, unknown> & { sid: string; kid: string } {
  return JSON.parse(Buffer.from(token.split('.')[index] ?? '', 'base64url').toString('utf8'));
}

export interface AuditRow {
  action: string;
  actor_id: string | null;
  subject: string | null;
  changes: unknown;
  ip: string | null;
}

/** @returns what the audit trail tells of a user or a session, oldest first */
export async function auditOf(database: TestDatabase, subject: string): Promise<AuditRow[]> {
  return database.sql<AuditRow>(
    'SELECT action, actor_id, subject, changes, ip FROM audit_entries WHERE subject = $1 ORDER BY at, id',
    [subject],
  );
}
