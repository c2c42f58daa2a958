import type { Role } from '../generated/schema-types.js';
import { AppError } from '../values/app-error.js';

/** The request has no bearer token. */
export interface Anonymous {
  readonly kind: 'anonymous';
}

/** A user, as the live session describes them, not the token's claims. */
export interface SignedIn {
  readonly kind: 'signedIn';
  readonly userId: string;
  readonly username: string;
  readonly role: Role;
  /** The employee who the user is. */
  readonly employeeId: string | null;
  readonly sessionId: string;
  /** The client's address, for the audit trail. */
  readonly ip: string | null;
}

export type Viewer = Anonymous | SignedIn;

export const anonymous: Anonymous = { kind: 'anonymous' };

/**
 * The signed-in viewer. Shield's rules have refused everybody else before a resolver runs. This tells the compiler, and
 * refuses too should a rule be missing.
 *
 * @throws AppError UNAUTHENTICATED
 */
export function signedIn(viewer: Viewer): SignedIn {
  if (viewer.kind === 'anonymous') throw new AppError('UNAUTHENTICATED', 'Log in first.');
  return viewer;
}
