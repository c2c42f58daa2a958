import { createHash } from 'node:crypto';
import type { TestDatabase } from '../database.js';

/** What is kept of a refresh token: known to a test so that it can tell which row is whose. */
export function hashOf(refreshToken: string): Buffer {
  return createHash('sha256').update(refreshToken).digest();
}

interface StoredToken {
  hash: Buffer;
  traded_at: Date | null;
}

/** @returns the refresh tokens of a session that could still be traded */
export async function untradedOf(database: TestDatabase, sessionId: string): Promise<Buffer[]> {
  const rows = await database.sql<StoredToken>(
    'SELECT hash, traded_at FROM refresh_tokens WHERE session_id = $1 AND traded_at IS NULL',
    [sessionId],
  );
  return rows.map(({ hash }) => hash);
}

export async function countTokens(database: TestDatabase, sessionId: string): Promise<number> {
  return (await database.sql('SELECT 1 FROM refresh_tokens WHERE session_id = $1', [sessionId])).length;
}
