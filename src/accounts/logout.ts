import type { LogoutScope } from '../generated/schema-types.js';
import { assertNever } from '../values/app-error.js';
import { type EndSessionDeps, endSessions } from './revoke-session.js';
import type { SignedIn } from './viewer.js';

/** Ends the viewer's sessions: this one, the others, or all of them. */
export async function logout(
  deps: EndSessionDeps,
  viewer: SignedIn,
  scope: LogoutScope,
): Promise<{ revokedSessions: number }> {
  switch (scope) {
    case 'THIS_SESSION':
      return endSessions(deps, viewer, { only: viewer.sessionId });
    case 'OTHER_SESSIONS':
      return endSessions(deps, viewer, { except: viewer.sessionId });
    case 'ALL_SESSIONS':
      return endSessions(deps, viewer, {});
    default:
      return assertNever(scope);
  }
}
