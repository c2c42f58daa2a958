import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { ErrorCode } from '../generated/schema-types.js';
import { failureOf } from '../telemetry/failure.js';
import type { Logger } from '../telemetry/log.js';

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
