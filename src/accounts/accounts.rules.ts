import { adminsOnly, anybody, readersOnly, signedInOnly } from './rules.js';

export const accountRules = {
  Query: { me: signedInOnly, sessions: signedInOnly, users: readersOnly, auditLog: adminsOnly },
  Mutation: {
    login: anybody,
    // The refresh token says who calls: the access token may have expired.
    refreshSession: anybody,
    logout: signedInOnly,
    revokeSession: signedInOnly,
    changePassword: signedInOnly,
    createUser: adminsOnly,
    editUser: adminsOnly,
  },
};
