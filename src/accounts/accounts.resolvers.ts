import type {
  MutationChangePasswordArgs,
  MutationCreateUserArgs,
  MutationEditUserArgs,
  MutationLoginArgs,
  MutationLogoutArgs,
  MutationRefreshSessionArgs,
  MutationRevokeSessionArgs,
  QueryUsersArgs,
} from '../generated/schema-types.js';
import type { Reads } from '../reads/reads.js';
import type { FieldInfo } from '../reads/requested-fields.js';
import { AppError } from '../values/app-error.js';
import { type ChangePasswordDeps, changePassword } from './change-password.js';
import { type CreateUserDeps, createUser } from './create-user.js';
import { type EditUserDeps, editUser } from './edit-user.js';
import { type ListSessionsDeps, listSessions } from './list-sessions.js';
import { type LoginDeps, login } from './login.js';
import { logout } from './logout.js';
import { type RefreshDeps, refreshSession } from './refresh-session.js';
import { type EndSessionDeps, revokeSession } from './revoke-session.js';
import type { Client, TokenPair } from './sessions/start-session.js';
import { showUser, userList, userTable } from './user.js';
import { signedIn, type Viewer } from './viewer.js';

interface Context {
  viewer: Viewer;
  client: Client;
  reads: Reads<Viewer>;
  deps: Omit<LoginDeps & ChangePasswordDeps, 'signal'> &
    RefreshDeps &
    EndSessionDeps &
    ListSessionsDeps &
    CreateUserDeps &
    EditUserDeps;
  /** Aborted when nobody waits for the answer any more. */
  signal: AbortSignal;
  claimCredentialCheck(): void;
  readAs(viewer: Viewer): void;
}

type Parent = unknown;

export const accountResolvers = {
  Query: {
    me: async (_parent: Parent, _args: unknown, { viewer, reads }: Context) => {
      const user = await reads.byId(userTable, signedIn(viewer).userId);
      // The session lived a moment ago, and users are never deleted.
      if (!user) throw new AppError('UNAUTHENTICATED', 'Log in again.');
      return user;
    },
    users: (_parent: Parent, args: QueryUsersArgs, { reads }: Context, info: FieldInfo) =>
      reads.list(userList, args, info),
    sessions: (_parent: Parent, _args: unknown, { deps, viewer }: Context) =>
      listSessions(deps, signedIn(viewer)),
  },
  Mutation: {
    login: async (_parent: Parent, args: MutationLoginArgs, context: Context) => {
      context.claimCredentialCheck();
      const { deps, client, signal } = context;
      return signIn(context, await login({ ...deps, signal }, client, args));
    },
    refreshSession: async (
      _parent: Parent,
      { refreshToken }: MutationRefreshSessionArgs,
      context: Context,
    ) => {
      context.claimCredentialCheck();
      return signIn(context, await refreshSession(context.deps, context.client, refreshToken));
    },
    changePassword: async (_parent: Parent, args: MutationChangePasswordArgs, context: Context) => {
      context.claimCredentialCheck();
      const { deps, client, signal, viewer } = context;
      return signIn(context, await changePassword({ ...deps, signal }, signedIn(viewer), client, args));
    },
    logout: (_parent: Parent, { scope = 'THIS_SESSION' }: MutationLogoutArgs, { deps, viewer }: Context) =>
      logout(deps, signedIn(viewer), scope),
    revokeSession: (_parent: Parent, { id }: MutationRevokeSessionArgs, { deps, viewer }: Context) =>
      revokeSession(deps, signedIn(viewer), id),
    createUser: async (_parent: Parent, { input }: MutationCreateUserArgs, { deps, viewer }: Context) => ({
      user: showUser(await createUser(deps, signedIn(viewer), input)),
    }),
    editUser: async (_parent: Parent, { input }: MutationEditUserArgs, { deps, viewer }: Context) => ({
      user: showUser(await editUser(deps, signedIn(viewer), input)),
    }),
  },
};

/** The payload, below which everything is read as the user who now has the tokens. */
function signIn(context: Context, { user, sessionId, ...tokens }: TokenPair) {
  const { id: userId, username, role, employeeId } = user;
  const { ip } = context.client;
  context.readAs({ kind: 'signedIn', sessionId, userId, username, role, employeeId, ip });
  return { ...tokens, user: showUser(user) };
}
