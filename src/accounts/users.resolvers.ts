import type { Resolvers } from '../generated/resolvers-types.js';
import { signedIn } from '../graphql/context.js';
import { askedOf } from '../reads/asked.js';
import { loadOptional } from '../reads/loaders.js';
import { AppError } from '../values/app-error.js';
import { createUser } from './create-user.js';
import { editUser } from './edit-user.js';
import { listUsers } from './list-users.js';

export const userResolvers = {
  Query: {
    me: async (_parent, _args, context) => {
      const user = await context.loaders.user.load(signedIn(context).userId);
      // The session lived a moment ago, and users are never deleted.
      if (!user) throw new AppError('UNAUTHENTICATED', 'Log in again.');
      return user;
    },
    users: (_parent, args, context) => listUsers(context.deps, args),
  },
  Mutation: {
    createUser: async (_parent, { input }, context) => ({
      user: await createUser(context.deps, signedIn(context), input),
    }),
    editUser: async (_parent, { input }, context) => ({
      user: await editUser(context.deps, signedIn(context), input),
    }),
  },
  User: {
    admin: (user) => user.role === 'ADMIN',
    employee: (user, _args, { loaders }, info) =>
      loadOptional(loaders.employee(askedOf(info)), user.employeeId),
  },
} satisfies Resolvers;
