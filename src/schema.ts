import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeExecutableSchema } from '@graphql-tools/schema';
import type { GraphQLSchema } from 'graphql';
import { authResolvers } from './auth/auth.resolvers.js';
import { employeeResolvers } from './employees/employees.resolvers.js';
import type { Resolvers } from './generated/resolvers-types.js';
import { pageInfoResolvers, pageResolvers } from './pagination.js';
import { payRunResolvers } from './pay-runs/pay-runs.resolvers.js';
import { paymentResolvers } from './payments/payments.resolvers.js';
import { applyPermissions } from './permissions.js';
import { projectRoot } from './project-root.js';
import { scalars } from './scalars.js';
import { userResolvers } from './users/users.resolvers.js';

/** SDL, resolvers and permissions. */
export function createSchema(): GraphQLSchema {
  const typeDefs = readFileSync(join(projectRoot, 'schema.graphql'), 'utf8');
  const resolvers = {
    ...scalars,
    ...payRunResolvers,
    ...userResolvers,
    ...employeeResolvers,
    ...paymentResolvers,
    UserConnection: pageResolvers,
    EmployeeConnection: pageResolvers,
    SalaryChangeConnection: pageResolvers,
    PaymentConnection: pageResolvers,
    PageInfo: pageInfoResolvers,
    Query: {
      ...authResolvers.Query,
      ...userResolvers.Query,
      ...employeeResolvers.Query,
      ...paymentResolvers.Query,
    },
    Mutation: {
      ...authResolvers.Mutation,
      ...userResolvers.Mutation,
      ...employeeResolvers.Mutation,
      ...paymentResolvers.Mutation,
    },
  } satisfies Resolvers;
  return applyPermissions(
    makeExecutableSchema({
      typeDefs,
      resolvers,
      resolverValidationOptions: { requireResolversToMatchSchema: 'error' },
    }),
  );
}
