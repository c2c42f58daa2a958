import { isSignedIn } from '../auth/auth.rules.js';

export const userRules = {
  Query: { me: isSignedIn },
  // login answers with a User before anybody is signed in.
  User: { employee: isSignedIn },
};
