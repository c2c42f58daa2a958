import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { defaultFieldResolver, type GraphQLSchema } from 'graphql';
import { accountResolvers } from '../accounts/accounts.resolvers.js';
import { auditLogResolvers } from '../accounts/audit-log/audit-log.resolvers.js';
import { companyResolvers } from '../company/company.resolvers.js';
import { employeeResolvers } from '../employees/employees.resolvers.js';
import type { MutationResolvers, QueryResolvers, Resolvers } from '../generated/resolvers-types.js';
import { payRunResolvers } from '../pay-runs/pay-runs.resolvers.js';
import { paymentResolvers } from '../payments/payments.resolvers.js';
import { pageInfoResolvers, pageResolvers } from '../reads/pages.js';
import { projectRoot } from '../values/project-root.js';
import type { RequestContext } from './context.js';
import { counted } from './counted.js';
import { applyPermissions } from './permissions.js';
import { scalars } from './scalars.js';

/** A resolver for every operation: one without a resolver does not compile. */
export interface RootResolvers {
  Query: Required<QueryResolvers>;
  Mutation: Required<MutationResolvers>;
}

const resolvers = {
  ...scalars,
  Query: {
    ...accountResolvers.Query,
    ...auditLogResolvers.Query,
    ...companyResolvers.Query,
    ...employeeResolvers.Query,
    ...paymentResolvers.Query,
    ...payRunResolvers.Query,
  },
  Mutation: {
    ...accountResolvers.Mutation,
    ...companyResolvers.Mutation,
    ...employeeResolvers.Mutation,
    ...payRunResolvers.Mutation,
    login: counted('login', accountResolvers.Mutation.login),
    ...paymentResolvers.Mutation,
    issuePayment: counted('payment', paymentResolvers.Mutation.issuePayment),
  },
  User: employeeResolvers.User,
  Employee: { ...employeeResolvers.Employee, ...paymentResolvers.Employee, ...payRunResolvers.Employee },
  AuditEntry: auditLogResolvers.AuditEntry,
  SalaryChange: employeeResolvers.SalaryChange,
  Payment: { ...paymentResolvers.Payment, ...payRunResolvers.Payment },
  PayRun: payRunResolvers.PayRun,
  PayRunItem: payRunResolvers.PayRunItem,
  PayRunNotice: payRunResolvers.PayRunNotice,
  EmployeeComponent: payRunResolvers.EmployeeComponent,
  PageInfo: pageInfoResolvers,
} satisfies Resolvers & RootResolvers;

/** SDL, resolvers and permissions. */
export function createSchema(): GraphQLSchema {
  const typeDefs = readFileSync(join(projectRoot, 'schema.graphql'), 'utf8');
  return beginMutations(
    applyPermissions(
      makeExecutableSchema({
        typeDefs,
        resolvers: { ...resolvers, ...connectionResolvers(typeDefs) },
        resolverValidationOptions: { requireResolversToMatchSchema: 'error' },
      }),
    ),
  );
}

/** The mutations of an operation run one after the other, each as its caller, before its rule is checked. */
function beginMutations(schema: GraphQLSchema): GraphQLSchema {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const { resolve = defaultFieldResolver } = field;
    field.resolve = (parent, args, context: RequestContext, info) => {
      context.beginMutation();
      return resolve(parent, args, context, info);
    };
  }
  return schema;
}

/** Every connection type has the same resolvers. */
function connectionResolvers(typeDefs: string): Record<string, typeof pageResolvers> {
  const names = typeDefs
    .split('\n')
    .filter((line) => line.startsWith('type ') && line.endsWith('Connection {'))
    .map((line) => line.slice('type '.length, -' {'.length));
  return Object.fromEntries(names.map((name) => [name, pageResolvers]));
}
