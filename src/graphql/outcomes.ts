import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import { RawJson } from '../reads/raw-json.js';
import type { RequestOrigin } from './context.js';
import type { FormatError } from './format-error.js';

/** A document can have as many faults as fields, and a variable as keys: the first few tell enough. */
export const maxReportedErrors = 5;
/** Of an operation that ran: each row of a page can have some. */
const maxExecutionErrors = 100;

/**
 * Tells the log what came of an operation, and keeps the answer's errors short and traceable.
 *
 * @param data of the answer; undefined when nothing was run
 */
export function finishErrors(
  errors: readonly GraphQLFormattedError[],
  { facts, requestId }: RequestOrigin,
  data: Data | undefined,
): readonly GraphQLFormattedError[] {
  const reported = errors.slice(0, data === undefined ? maxReportedErrors : maxExecutionErrors);
  const code: unknown = reported[0]?.extensions?.code;
  if (typeof code === 'string') facts.errorCode = code;
  const seconds = unavailableSeconds(reported, data);
  if (seconds !== undefined) facts.unavailableSeconds = seconds;
  if (requestId === undefined) return reported;
  return reported.map((error) => ({ ...error, extensions: { ...error.extensions, requestId } }));
}

type Data = Readonly<Record<string, unknown>> | null;

/** @returns when to try again; undefined when there is another answer than that the server could not do it now */
function unavailableSeconds(
  errors: readonly GraphQLFormattedError[],
  data: Data | undefined,
): number | undefined {
  const isAll =
    errors.length > 0 && errors.every(({ extensions }) => extensions?.code === 'SERVICE_UNAVAILABLE');
  if (!isAll || (data && Object.values(data).some((value) => value !== null))) return undefined;
  const seconds: unknown = errors[0]?.extensions?.retryAfterSeconds;
  return typeof seconds === 'number' ? seconds : 1;
}

/** The same for what Apollo refuses, or fails at, before any operation of its own. @returns the answer's body */
export function finishRefusal(body: string, context: RequestOrigin): string {
  const { errors, ...rest }: { errors?: GraphQLFormattedError[] } = JSON.parse(body);
  return errors ? `${JSON.stringify({ errors: finishErrors(errors, context, undefined), ...rest })}\n` : body;
}

/** What came of an operation that ran. Parts of the data may be JSON already. */
export interface Answer {
  readonly errors: readonly GraphQLError[];
  readonly data: Data;
}

/** @returns the body, as Apollo would write it */
export function writeAnswer(
  { errors, data }: Answer,
  origin: RequestOrigin,
  formatError: FormatError,
): string {
  const members = data && Object.entries(data).map(([name, value]) => `"${name}":${jsonOf(value)}`);
  const dataText = members ? `"data":{${members.join()}}` : '"data":null';
  if (errors.length === 0) return `{${dataText}}\n`;
  const formatted = errors.slice(0, maxExecutionErrors).map((error) => formatError(error.toJSON(), error));
  return `{"errors":${JSON.stringify(finishErrors(formatted, origin, data))},${dataText}}\n`;
}

function jsonOf(value: unknown): string {
  return value instanceof RawJson ? value.text : JSON.stringify(value);
}
