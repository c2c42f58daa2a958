import { expect } from 'vitest';
import type { Harness } from '../harness.js';

export interface AuditRow {
  action: string;
  actor_id: string | null;
  subject: string | null;
  changes: Array<{ field: string; before: string | null; after: string | null }>;
  ip: string | null;
}

/**
 * Runs something.
 *
 * @param least how many entries to wait for: those of refused attempts are written while the answer is on its way
 * @returns the audit entries that came by it
 */
export async function auditedBy(
  t: Harness,
  work: () => Promise<unknown>,
  { least = 1 } = {},
): Promise<AuditRow[]> {
  const before = await t.database.sql<{ id: string }>('SELECT id FROM audit_entries');
  await work();
  const added = () =>
    t.database.sql<AuditRow>(
      'SELECT action, actor_id, subject, changes, ip FROM audit_entries WHERE id <> ALL($1) ORDER BY at, id',
      [before.map(({ id }) => id)],
    );
  await expect
    .poll(async () => (await added()).length, { interval: 5, timeout: 15_000 })
    .toBeGreaterThanOrEqual(least);
  return added();
}

const loginQuery = `mutation ($username: String!, $password: String!) {
  login(username: $username, password: $password) { token refreshToken } }`;
const refreshQuery =
  'mutation ($refreshToken: String!) { refreshSession(refreshToken: $refreshToken) { token refreshToken } }';

export interface Pair {
  token: string;
  refreshToken: string;
}

/** A client that remembers every secret that it used or got. */
export function createClient(t: Harness) {
  const secrets = new Set<string>();
  const keep = (pair: Pair | null | undefined): Pair => {
    if (!pair) return { token: '', refreshToken: '' };
    secrets.add(pair.token).add(pair.refreshToken);
    return pair;
  };
  return {
    secrets,
    logIn: async (username: string, password: string): Promise<Pair> => {
      secrets.add(password);
      return keep((await t.gql(loginQuery, { username, password })).data?.login);
    },
    refresh: async (refreshToken: string): Promise<Pair> => {
      secrets.add(refreshToken);
      return keep((await t.gql(refreshQuery, { refreshToken })).data?.refreshSession);
    },
    changePassword: async (by: Pair, currentPassword: string, newPassword: string): Promise<Pair> => {
      secrets.add(currentPassword).add(newPassword);
      const query = `mutation ($currentPassword: String!, $newPassword: String!) {
        changePassword(currentPassword: $currentPassword, newPassword: $newPassword) { token refreshToken } }`;
      return keep((await t.gql(query, { currentPassword, newPassword }, by)).data?.changePassword);
    },
  };
}
