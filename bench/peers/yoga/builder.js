import SchemaBuilder from '@pothos/core';
import PrismaPlugin from '@pothos/plugin-prisma';
import { getDatamodel } from '@pothos/plugin-prisma/generated';
import RelayPlugin from '@pothos/plugin-relay';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import { GraphQLError } from 'graphql';
import { prisma } from '../shared/prisma-client.js';
import { scalars } from '../shared/scalars.js';

/** @returns {GraphQLError} one that clients see */
export function refusal(code, message) {
  return new GraphQLError(message, { extensions: { code } });
}

export const builder = new SchemaBuilder({
  plugins: [ScopeAuthPlugin, PrismaPlugin, RelayPlugin],
  prisma: { client: prisma, dmmf: getDatamodel() },
  relay: { nodesOnConnection: true },
  scopeAuth: {
    authScopes: ({ viewer }) => ({ user: viewer !== null, admin: viewer?.isAdmin === true }),
    unauthorizedError: (_parent, { viewer }) =>
      viewer === null
        ? refusal('UNAUTHENTICATED', 'Log in first.')
        : refusal('FORBIDDEN', 'Only an admin may do this.'),
  },
});

for (const [name, scalar] of Object.entries(scalars)) builder.addScalarType(name, scalar);
