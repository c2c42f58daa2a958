import type { IncomingMessage } from 'node:http';
import { AppError } from '../../values/app-error.js';
import type { Clock } from '../../values/clock.js';
import type { SessionCache } from '../sessions/session-cache.js';
import { anonymous, type Viewer } from '../viewer.js';
import { bearerToken } from './bearer.js';
import type { VerifyToken } from './verified-tokens.js';

export interface AuthenticateDeps {
  clock: Clock;
  sessions: SessionCache;
  verifyToken: VerifyToken;
}

/**
 * Bearer header, token, session, viewer.
 *
 * @throws AppError UNAUTHENTICATED, the same for every reason, unless there is no Authorization header at all
 * @throws what the database throws: that it is away is no reason to refuse anybody
 */
export async function authenticate(
  deps: AuthenticateDeps,
  request: IncomingMessage,
  ip: string | null,
): Promise<Viewer> {
  const header = bearerToken(request);
  if (header.kind === 'none') return anonymous;
  const now = deps.clock.now();
  // As a rule both are known, and nothing is waited for.
  const verified = header.kind === 'token' ? deps.verifyToken(header.token, now) : undefined;
  const claims = verified instanceof Promise ? await verified : verified;
  if (!claims) throw invalidToken();
  const used = deps.sessions.use(claims.sid, now);
  const session = used instanceof Promise ? await used : used;
  // A session's id in another spelling would name a session in memory that no announcement drops.
  if (!session || session.sessionId !== claims.sid || session.userId !== claims.sub) throw invalidToken();
  const { sessionId, userId, username, role, employeeId } = session;
  return { kind: 'signedIn', sessionId, userId, username, role, employeeId, ip };
}

function invalidToken(): AppError {
  return new AppError('UNAUTHENTICATED', 'The access token is not valid. Log in again.');
}
