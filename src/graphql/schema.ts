import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeExecutableSchema } from '@graphql-tools/schema';
import type { GraphQLSchema } from 'graphql';
import { authResolvers } from '../accounts/auth.resolvers.js';
import { userResolvers } from '../accounts/users.resolvers.js';
import { employeeResolvers } from '../employees/employees.resolvers.js';
import type { Resolvers } from '../generated/resolvers-types.js';
import { payRunResolvers } from '../pay-runs/pay-runs.resolvers.js';
import { paymentResolvers } from '../payments/payments.resolvers.js';
import { pageInfoResolvers, pageResolvers } from '../reads/pagination.js';
import { projectRoot } from '../values/project-root.js';
import { applyPermissions } from './permissions.js';
import { scalars } from './scalars.js';

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
