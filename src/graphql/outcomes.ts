import type { ExecutionResult, GraphQLFormattedError } from 'graphql';
import type { RequestContext } from './context.js';
import type { FormatError } from './format-error.js';

/** A document can have as many faults as fields, and a variable as keys: the first few tell enough. */
export const mostReported = 5;

/**
 * Tells the log what came of an operation, and keeps the answer's errors short and traceable.
 *
 * @param isRefused whether nothing was run
 */
export function finishErrors(
  errors: readonly GraphQLFormattedError[],
  { facts, requestId }: RequestContext,
  isRefused: boolean,
): readonly GraphQLFormattedError[] {
  const reported = isRefused ? errors.slice(0, mostReported) : errors;
  const code: unknown = reported[0]?.extensions?.code;
  if (typeof code === 'string') facts.errorCode = code;
  if (requestId === undefined) return reported;
  return reported.map((error) => ({ ...error, extensions: { ...error.extensions, requestId } }));
}

/** The same for what Apollo refuses, or fails at, before any operation of its own. @returns the answer's body */
export function finishRefusal(body: string, context: RequestContext): string {
  const { errors, ...rest }: { errors?: GraphQLFormattedError[] } = JSON.parse(body);
  return errors ? `${JSON.stringify({ errors: finishErrors(errors, context, true), ...rest })}\n` : body;
}

/** @returns the answer, as Apollo would write it */
export function answerOf(
  { data, errors }: ExecutionResult,
  context: RequestContext,
  formatError: FormatError,
): { errors?: readonly GraphQLFormattedError[] | undefined; data: unknown } {
  const finished =
    errors &&
    finishErrors(
      errors.map((error) => formatError(error.toJSON(), error)),
      context,
      false,
    );
  return { errors: finished, data };
}
