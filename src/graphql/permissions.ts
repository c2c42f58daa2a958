import type { GraphQLSchema } from 'graphql';
import { applyMiddleware, type IMiddlewareTypeMap } from 'graphql-middleware';
import { accountRules } from '../accounts/accounts.rules.js';
import type { Rule } from '../accounts/rules.js';
import { companyRules } from '../company/company.rules.js';
import { employeeRules } from '../employees/employees.rules.js';
import type { MutationResolvers, QueryResolvers } from '../generated/resolvers-types.js';
import { payRunRules } from '../pay-runs/pay-runs.rules.js';
import { paymentRules } from '../payments/payments.rules.js';
import { AppError } from '../values/app-error.js';
import type { RequestContext } from './context.js';
import { deny, rule, shield } from './shield.js';

/** A rule for every operation: one without a rule does not compile. */
export type Rules = {
  Query: Record<keyof QueryResolvers, Rule>;
  Mutation: Record<keyof MutationResolvers, Rule>;
  User: Record<string, Rule>;
};

/**
 * Every rule there is. An object type needs none where only operations
 * with rules lead to it. `User` is in the payload of a login, which anybody may call, so the field that leads on from it
 * has a rule of its own: there, the viewer is who has logged in.
 */
const rules: Rules = {
  Query: {
    ...accountRules.Query,
    ...companyRules.Query,
    ...employeeRules.Query,
    ...paymentRules.Query,
    ...payRunRules.Query,
  },
  Mutation: {
    ...accountRules.Mutation,
    ...companyRules.Mutation,
    ...employeeRules.Mutation,
    ...paymentRules.Mutation,
    ...payRunRules.Mutation,
  },
  User: employeeRules.User,
};

/**
 * Puts shield before the fields that have a rule, and before no other: shield would wrap every field of every type, at
 * the price of a promise each.
 *
 * @throws Error on a rule for a type or field that the schema does not have
 */
export function applyPermissions(schema: GraphQLSchema): GraphQLSchema {
  // Shield takes two rules of one name for a mistake: each check becomes one rule, however many fields it is for.
  const known = new Map<Rule, ReturnType<typeof toShieldRule>>();
  const shieldRule = (check: Rule) => {
    const made = known.get(check) ?? toShieldRule(check, `rule ${known.size}`);
    known.set(check, made);
    return made;
  };
  const shieldRules = mapValues(rules, (fields) => mapValues(fields, shieldRule));
  const generator = shield(shieldRules, {
    // `deny` is for whatever has no rule. Errors of resolvers pass: formatError masks what was not thrown on purpose.
    fallbackRule: deny,
    fallbackError: new AppError('FORBIDDEN', 'Nobody may do this.'),
    allowExternalErrors: true,
    debug: false,
  });
  const everyField: unknown = generator.generate(schema);
  return applyMiddleware(schema, onlyRuled(everyField));
}

function toShieldRule(check: Rule, name: string) {
  return rule(name, { cache: 'no_cache' })((_parent, _args, { viewer }: RequestContext) => check(viewer));
}

function mapValues<Value, Result>(
  record: Record<string, Value>,
  map: (value: Value) => Result,
): Record<string, Result> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
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
