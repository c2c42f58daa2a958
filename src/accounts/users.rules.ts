import { isAdmin, isReader, isSignedIn } from './auth.rules.js';

export const userRules = {
  Query: { me: isSignedIn, users: isReader },
  Mutation: { createUser: isAdmin, editUser: isAdmin },
  // login answers with a User before anybody is signed in.
  User: { employee: isSignedIn },
};
