import type { Resolvers } from '../generated/resolvers-types.js';
import { signedIn } from '../graphql/context.js';
import { counted } from '../graphql/counted.js';
import { changePassword } from './change-password.js';
import { listSessions } from './list-sessions.js';
import { login } from './login.js';
import { logout } from './logout.js';
import { refreshSession } from './refresh-session.js';
import { revokeSession } from './revoke-session.js';

export const authResolvers = {
  Query: {
    sessions: (_parent, _args, context) => listSessions(context.deps, signedIn(context)),
  },
  Mutation: {
    login: (_parent, args, context) => {
      context.claimCredentialCheck();
      const { deps, client } = context;
      return counted(deps.metrics.login, () =>
        deps.passwordChecks(() => context.aside(() => login(deps, client, args))),
      );
    },
    refreshSession: (_parent, { refreshToken }, context) => {
      context.claimCredentialCheck();
      return refreshSession(context.deps, context.client, refreshToken);
    },
    changePassword: (_parent, args, context) => {
      context.claimCredentialCheck();
      const { deps, client } = context;
      const viewer = signedIn(context);
      return deps.passwordChecks(() => context.aside(() => changePassword(deps, viewer, client, args)));
    },
    logout: (_parent, { scope }, context) => logout(context.deps, signedIn(context), scope),
    revokeSession: (_parent, { id }, context) => revokeSession(context.deps, signedIn(context), id),
  },
} satisfies Resolvers;
