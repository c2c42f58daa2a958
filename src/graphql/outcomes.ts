import type { ExecutionResult, GraphQLFormattedError } from 'graphql';
import type { RequestContext } from '../context.js';
import type { FormatError } from '../errors.js';

/** A document can have as many faults as fields: the first few tell enough. */
const mostReported = 5;

/** Tells the log what came of an operation, and keeps the answer's errors short and traceable. */
export function finishErrors(
  errors: readonly GraphQLFormattedError[],
  { facts, requestId }: RequestContext,
): readonly GraphQLFormattedError[] {
  const reported = facts.documentRefused ? errors.slice(0, mostReported) : errors;
  const code: unknown = reported[0]?.extensions?.code;
  if (typeof code === 'string') facts.errorCode = code;
  if (requestId === undefined) return reported;
  return reported.map((error) => ({ ...error, extensions: { ...error.extensions, requestId } }));
}

/** @returns the answer's body, as Apollo would write it */
export function bodyOf(
  { data, errors }: ExecutionResult,
  context: RequestContext,
  formatError: FormatError,
): string {
  const finished =
    errors &&
    finishErrors(
      errors.map((error) => formatError(error.toJSON(), error)),
      context,
    );
  return `${JSON.stringify({ errors: finished, data })}\n`;
}
