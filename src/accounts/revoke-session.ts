import type { Database } from '../database/database.js';
import { AppError } from '../values/app-error.js';
import type { Clock } from '../values/clock.js';
import { parseId } from '../values/ids.js';
import { revokeAndRecord } from './sessions/revoke-sessions.js';
import type { SessionCache } from './sessions/session-cache.js';
import type { SignedIn } from './viewer.js';

export interface EndSessionDeps {
  clock: Clock;
  database: Database;
  sessions: SessionCache;
}

/**
 * Ends one of the viewer's sessions.
 *
 * @throws AppError BAD_USER_INPUT on a malformed id
 * @throws AppError NOT_FOUND when the viewer has no such live session
 */
export async function revokeSession(
  deps: EndSessionDeps,
  viewer: SignedIn,
  id: string,
): Promise<{ revokedSessions: number }> {
  const sessionId = parseId(id, 'id');
  const ended = await endSessions(deps, viewer, { only: sessionId });
  if (ended.revokedSessions === 0)
    throw new AppError('NOT_FOUND', 'You have no such session.', { field: 'id' });
  return ended;
}

export async function endSessions(
  { clock, database, sessions }: EndSessionDeps,
  viewer: SignedIn,
  which: { only?: string; except?: string },
): Promise<{ revokedSessions: number }> {
  const count = await database.transaction((tx) => revokeAndRecord(tx, viewer, which, clock.now()));
  // Other processes are notified; this one does not wait for that.
  sessions.dropUser(viewer.userId);
  return { revokedSessions: count };
}
