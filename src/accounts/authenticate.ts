import { AppError } from '../values/app-error.js';
import type { Clock } from '../values/clock.js';
import type { SessionCache } from './sessions/session-cache.js';
import type { BearerToken } from './tokens/bearer.js';
import type { VerifyToken } from './tokens/verified-tokens.js';
import { anonymous, type Viewer } from './viewer.js';

export interface AuthenticateDeps {
  clock: Clock;
  sessions: SessionCache;
  verifyToken: VerifyToken;
}

/**
 * Finds the viewer of a request by its bearer token and the session that the token names.
 *
 * @throws AppError UNAUTHENTICATED, the same for every reason, unless there is no Authorization header at all
 * @throws what the database throws: while it is unavailable, nobody is refused as unauthenticated
 */
export async function authenticate(
  deps: AuthenticateDeps,
  presented: BearerToken,
  ip: string | null,
): Promise<Viewer> {
  if (presented.kind === 'none') return anonymous;
  const now = deps.clock.now();
  const claims = presented.kind === 'token' ? await deps.verifyToken(presented.token, now) : undefined;
  if (!claims) throw invalidToken();
  const session = await deps.sessions.use(claims.sid, now);
  // Notifications name a session by its id in one spelling: a session cached under another one would never be dropped.
  if (!session || session.sessionId !== claims.sid || session.userId !== claims.sub) throw invalidToken();
  const { sessionId, userId, username, role, employeeId } = session;
  return { kind: 'signedIn', sessionId, userId, username, role, employeeId, ip };
}

function invalidToken(): AppError {
  return new AppError('UNAUTHENTICATED', 'The access token is not valid. Log in again.');
}
