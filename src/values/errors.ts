import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { isDatabaseUnavailable } from '../database/database-errors.js';
import type { ErrorCode } from '../generated/resolvers-types.js';
import type { Logger } from '../telemetry/log.js';

/** What a client may be told besides the code and the message. */
export interface PublicDetails {
  /** The one input field at fault, as a path: `amount`, `period.end`. */
  field?: string;
  /** With RATE_LIMITED and SERVICE_UNAVAILABLE: when to try again. */
  retryAfterSeconds?: number;
}

/** The one way to fail on purpose: what it says reaches the client as it stands, what caused it never does. */
export class AppError extends Error {
  constructor(
    readonly code: ErrorCode,
    readonly publicMessage: string,
    readonly options: PublicDetails & { cause?: unknown } = {},
  ) {
    super(publicMessage, 'cause' in options ? { cause: options.cause } : undefined);
    this.name = 'AppError';
  }
}

/** @returns the error for an input field that is at fault */
export function badInput(field: string, publicMessage: string): AppError {
  return new AppError('BAD_USER_INPUT', publicMessage, { field });
}

/** Makes the compiler see that every case is handled. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${String(value)}`);
}

/** What a client sees of anything that was thrown. */
export interface Failure {
  code: ErrorCode;
  publicMessage: string;
  details: PublicDetails;
}

export type FormatError = (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;

/**
 * Apollo's `formatError`: what was thrown on purpose, and what GraphQL itself says of a document or a variable, goes out;
 * all else is masked and logged once.
 */
export function createFormatError(log: Logger, options: { hideSchema: boolean }): FormatError {
  return (formatted, error) => {
    const cause = unwrap(error);
    const graphqlCode = requestErrorCode(formatted) ?? executionErrorCode(cause);
    if (cause instanceof GraphQLError && graphqlCode !== undefined) {
      return requestError(formatted, graphqlCode, options.hideSchema);
    }
    const { code, publicMessage, details } = failureOf(cause);
    if (code === 'INTERNAL_SERVER_ERROR') log.error({ err: cause }, 'an operation failed');
    return {
      message: publicMessage,
      ...(formatted.locations && { locations: formatted.locations.slice(0, mostLocations) }),
      ...(formatted.path && { path: formatted.path }),
      extensions: { code, ...details },
    };
  };
}

/** What was thrown on purpose says itself what a client sees; a database that is away is told from a fault of ours. */
export function failureOf(error: unknown): Failure {
  if (error instanceof AppError) {
    const { cause: _, ...details } = error.options;
    return { code: error.code, publicMessage: error.publicMessage, details };
  }
  if (isDatabaseUnavailable(error)) {
    return {
      code: 'SERVICE_UNAVAILABLE',
      publicMessage: 'The service is not available now. Try again.',
      details: { retryAfterSeconds: 1 },
    };
  }
  return { code: 'INTERNAL_SERVER_ERROR', publicMessage: 'Something went wrong on the server.', details: {} };
}

function unwrap(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? unwrap(error.originalError) : error;
}

/** Apollo's codes for requests that never ran, in the contract's words. */
const requestErrorCodes: Record<string, ErrorCode> = {
  GRAPHQL_PARSE_FAILED: 'GRAPHQL_PARSE_FAILED',
  GRAPHQL_VALIDATION_FAILED: 'GRAPHQL_VALIDATION_FAILED',
  OPERATION_RESOLUTION_FAILURE: 'GRAPHQL_VALIDATION_FAILED',
  BAD_USER_INPUT: 'BAD_USER_INPUT',
  BAD_REQUEST: 'BAD_USER_INPUT',
  PERSISTED_QUERY_NOT_SUPPORTED: 'GRAPHQL_VALIDATION_FAILED',
};

function requestErrorCode(formatted: GraphQLFormattedError): ErrorCode | undefined {
  const code = formatted.extensions?.code;
  return typeof code === 'string' && Object.hasOwn(requestErrorCodes, code)
    ? requestErrorCodes[code]
    : undefined;
}

/** What graphql-js finds out on the way only, though it is the request's fault. */
function executionErrorCode(cause: unknown): ErrorCode | undefined {
  if (!(cause instanceof GraphQLError) || cause.originalError) return undefined;
  if (/^(Argument "\w+" (of|has) |Too many errors processing variables)/.test(cause.message)) {
    return 'BAD_USER_INPUT';
  }
  return cause.message.startsWith('Schema is not configured to execute ')
    ? 'GRAPHQL_VALIDATION_FAILED'
    : undefined;
}

const longestMessage = 300;
/** One fault can stand in as many places as a document has words. */
const mostLocations = 5;

/**
 * graphql-js repeats the offending value in its messages, whole, and a value may be a password or an account number: what
 * is passed on says where and what was expected, and nothing of the value. Where the schema is not for clients to read,
 * its suggestions of other names are cut off too.
 */
function requestError(
  { message, locations, path }: GraphQLFormattedError,
  code: ErrorCode,
  hideSchema: boolean,
): GraphQLFormattedError {
  const { text, field } = variableFault(message) ?? { text: withoutValue(message), field: undefined };
  const shown = hideSchema ? text.replace(/ ?Did you mean .*$/s, '') : text;
  return {
    message: cut(shown),
    ...(locations && { locations: locations.slice(0, mostLocations) }),
    ...(path && { path }),
    extensions: { code, ...(field !== undefined && { field: cut(field) }) },
  };
}

function cut(text: string): string {
  return text.length > longestMessage ? `${text.slice(0, longestMessage)}…` : text;
}

/** What graphql-js says of a variable, after the value: the parts that name types and fields only. */
const harmlessFault =
  /(?:Field "(\w+)" of required type "[^"]+" was not provided\.|Field "(\w+)" is not defined by type "\w+"\..*|Expected non-nullable type "[^"]+" not to be null\.)$/s;

/** @returns undefined when the message is not about a variable's value */
function variableFault(message: string): { text: string; field: string } | undefined {
  const name = /^Variable "\$(\w+)" got invalid value /.exec(message)?.[1];
  if (name === undefined) return undefined;
  const path = [...message.matchAll(/ at "([^"]+)"; /g)].at(-1)?.[1] ?? name;
  const fault = harmlessFault.exec(message);
  // A mutation's fields are named from its input on, whatever the variable is called; a filter's with the filter.
  const [first = '', ...rest] = path.split('.');
  const parts = [...(first === 'filter' ? [first] : []), ...rest, fault?.[1] ?? fault?.[2]];
  const field = parts.filter((part) => part !== undefined).join('.');
  return {
    text: `"${field || name}": ${fault?.[0] ?? 'It is not of the right type.'}`,
    field: field || name,
  };
}

/** The same for a value that stands in the document. */
function withoutValue(message: string): string {
  return message
    .replace(/(has invalid value) .*$/s, '$1.')
    .replace(/, found .*$/s, '.')
    .replace(/(cannot represent [^:]*): .*$/s, '$1.');
}
