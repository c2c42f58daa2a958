import type { GraphQLSchema } from 'graphql';
import { applyMiddleware, type IMiddlewareTypeMap } from 'graphql-middleware';
import type { IRules } from 'graphql-shield';
import { authRules, type isSignedIn } from '../accounts/auth.rules.js';
import { userRules } from '../accounts/users.rules.js';
import { employeeRules } from '../employees/employees.rules.js';
import type { MutationResolvers, QueryResolvers } from '../generated/resolvers-types.js';
import { paymentRules } from '../payments/payments.rules.js';
import { AppError } from '../values/app-error.js';
import { type allow, deny, shield } from './shield.js';

type Rule = typeof isSignedIn | typeof allow;

/**
 * Every rule there is. Total by type: an operation without a rule does not compile. An object type needs none where
 * only operations with rules lead to it; `User` is what login answers to somebody who is not signed in yet, so the
 * field that leads on from it has a rule of its own.
 */
const rules = {
  Query: {
    ...authRules.Query,
    ...userRules.Query,
    ...employeeRules.Query,
    ...paymentRules.Query,
  } satisfies Record<keyof QueryResolvers, Rule>,
  Mutation: {
    ...authRules.Mutation,
    ...userRules.Mutation,
    ...employeeRules.Mutation,
    ...paymentRules.Mutation,
  } satisfies Record<keyof MutationResolvers, Rule>,
  User: userRules.User,
} satisfies Record<string, Record<string, Rule>>;

/**
 * Puts shield before the fields that have a rule, and before no other: shield would wrap every field of every type, at
 * the price of a promise each.
 *
 * @throws Error on a rule for a type or field that the schema does not have
 */
export function applyPermissions(schema: GraphQLSchema): GraphQLSchema {
  const generator = shield(rules satisfies IRules, {
    // `deny` stands for whatever has no rule. Errors of resolvers pass: formatError masks what was not thrown on purpose.
    fallbackRule: deny,
    fallbackError: new AppError('FORBIDDEN', 'Nobody may do this.'),
    allowExternalErrors: true,
    debug: false,
  });
  const everyField: unknown = generator.generate(schema);
  return applyMiddleware(schema, onlyRuled(everyField));
}

function onlyRuled(everyField: unknown): IMiddlewareTypeMap {
  const types = new Map(Object.entries(everyField ?? {}));
  return Object.fromEntries(
    Object.entries(rules).map(([type, fields]) => {
      const wrapped = new Map(Object.entries(types.get(type) ?? {}));
      // Every operation is wrapped, with a rule or without: what got past the compiler meets `deny`.
      const names = type === 'Query' || type === 'Mutation' ? [...wrapped.keys()] : Object.keys(fields);
      return [type, Object.fromEntries(names.map((field) => [field, wrapped.get(field)]))];
    }),
  ) as IMiddlewareTypeMap;
}
