import { AppError } from '../values/app-error.js';
import type { Viewer } from './viewer.js';

/**
 * Whether somebody may call an operation: a pure function of the viewer. A rule never looks at arguments, which an alias
 * could change under it. Which rows a viewer may see is for the `where` clause to say.
 */
export type Rule = (viewer: Viewer) => true | AppError;

const notSignedIn = new AppError(
  'UNAUTHENTICATED',
  'Log in first, and send the token as `Authorization: Bearer`.',
);
const notReader = new AppError('FORBIDDEN', 'You may only read your own record.');
const notAdmin = new AppError('FORBIDDEN', 'Only an admin may do this.');

/** Everybody, signed in or not. */
export const anybody: Rule = () => true;

/** Any user, whatever the role. */
export const signedInOnly: Rule = (viewer) => (viewer.kind === 'signedIn' ? true : notSignedIn);

/** Whoever reads everything: an EMPLOYEE reads the own record only. */
export const readersOnly: Rule = (viewer) => {
  if (viewer.kind === 'anonymous') return notSignedIn;
  return viewer.role === 'EMPLOYEE' ? notReader : true;
};

export const adminsOnly: Rule = (viewer) => {
  if (viewer.kind === 'anonymous') return notSignedIn;
  return viewer.role === 'ADMIN' ? true : notAdmin;
};
