import type { Resolvers } from '../generated/resolvers-types.js';
import { login } from './login.js';

export const authResolvers = {
  Mutation: {
    login: (_parent, args, context) => login(context.deps, context.client, args),
  },
} satisfies Resolvers;
