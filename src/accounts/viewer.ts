import type { Role } from '../generated/schema-types.js';

/** Nobody: no bearer token came with the request. */
export interface Anonymous {
  readonly kind: 'anonymous';
}

/** Somebody, as the live session says: not as the token's claims say. */
export interface SignedIn {
  readonly kind: 'signedIn';
  readonly userId: string;
  readonly username: string;
  readonly role: Role;
  /** The employee that the user is. */
  readonly employeeId: string | null;
  readonly sessionId: string;
  /** The client's address, for the audit trail. */
  readonly ip: string | null;
}

export type Viewer = Anonymous | SignedIn;

export const anonymous: Anonymous = { kind: 'anonymous' };
