import type { RequestContext } from '../graphql/context.js';
import { allow, rule } from '../graphql/shield.js';
import { AppError } from '../values/app-error.js';
import type { Viewer } from './viewer.js';

/**
 * Shield's rules: pure functions of the viewer, with no arguments, no I/O and no cache. A rule never looks at arguments,
 * which an alias could change under it; which rows a viewer may see is for the `where` clause to say.
 */
function viewerRule(name: string, check: (viewer: Viewer) => true | AppError) {
  return rule(name, { cache: 'no_cache' })((_parent, _args, context: RequestContext) =>
    check(context.viewer),
  );
}

const notSignedIn = new AppError(
  'UNAUTHENTICATED',
  'Log in first, and send the token as `Authorization: Bearer`.',
);
const notReader = new AppError('FORBIDDEN', 'You may only read your own record.');
const notAdmin = new AppError('FORBIDDEN', 'Only an admin may do this.');

/** Anybody at all. */
export const isAnybody = allow;

/** Any user, whatever the role. */
export const isSignedIn = viewerRule('isSignedIn', (viewer) =>
  viewer.kind === 'signedIn' ? true : notSignedIn,
);

export const isAdmin = viewerRule('isAdmin', (viewer) => {
  if (viewer.kind === 'anonymous') return notSignedIn;
  return viewer.role === 'ADMIN' ? true : notAdmin;
});

/** Whoever reads everything: not somebody who reads the own record only. */
export const isReader = viewerRule('isReader', (viewer) => {
  if (viewer.kind === 'anonymous') return notSignedIn;
  return viewer.role === 'EMPLOYEE' ? notReader : true;
});

export const authRules = {
  Query: { sessions: isSignedIn },
  Mutation: {
    login: isAnybody,
    // The refresh token says who asks: the access token may have expired.
    refreshSession: isAnybody,
    logout: isSignedIn,
    revokeSession: isSignedIn,
    changePassword: isSignedIn,
  },
};
