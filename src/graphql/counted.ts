import type { GraphQLResolveInfo } from 'graphql';
import { failureOf } from '../telemetry/failure.js';
import type { RequestContext } from './context.js';

/** Counts what became of each call of a resolver, in the metric of that name: OK, or the code of its error. */
export function counted<Parent, Args, Context extends RequestContext, Result>(
  metric: 'login' | 'payment',
  resolve: (parent: Parent, args: Args, context: Context, info: GraphQLResolveInfo) => Promise<Result>,
): (parent: Parent, args: Args, context: Context, info: GraphQLResolveInfo) => Promise<Result> {
  return async (parent, args, context, info) => {
    const count = context.deps.metrics[metric];
    try {
      const result = await resolve(parent, args, context, info);
      count('OK');
      return result;
    } catch (error) {
      count(failureOf(error).code);
      throw error;
    }
  };
}
