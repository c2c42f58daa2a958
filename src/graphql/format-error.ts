import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { ErrorCode } from '../generated/schema-types.js';
import { failureOf } from '../telemetry/failure.js';
import type { Logger } from '../telemetry/log.js';
import { pathOfVariable } from './variable-path.js';

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
      return requestError(formatted, { cause, source: sourceOf(error) }, graphqlCode, options.hideSchema);
    }
    const { code, publicMessage, details } = failureOf(cause);
    if (code === 'INTERNAL_SERVER_ERROR') log.error({ err: cause }, 'an operation failed');
    return {
      message: publicMessage,
      ...(formatted.locations && { locations: formatted.locations.slice(0, maxLocations) }),
      ...(formatted.path && { path: formatted.path }),
      extensions: { code, ...details },
    };
  };
}

/** @returns the document in which the error is */
function sourceOf(error: unknown): string | undefined {
  return error instanceof GraphQLError ? (error.source?.body ?? sourceOf(error.originalError)) : undefined;
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

const maxMessageCharacters = 300;
/** One fault can be in as many places as a document has words. */
const maxLocations = 5;

/**
 * graphql-js quotes the offending value in its messages, whole, and a value may be a password or an account number: what
 * is passed on names the place and what was expected, and nothing of the value. Where the schema is not for clients to
 * read, its suggestions of other names are left out too.
 */
function requestError(
  { message, locations, path }: GraphQLFormattedError,
  { cause, source }: { cause: GraphQLError; source: string | undefined },
  code: ErrorCode,
  hideSchema: boolean,
): GraphQLFormattedError {
  const { text, field } = variableFault(message, cause.message, source) ?? {
    text: withoutValue(cut(message)),
  };
  return {
    message: cut(hideSchema ? before(text, ' Did you mean ') : text),
    ...(locations && { locations: locations.slice(0, maxLocations) }),
    ...(path && { path }),
    extensions: { code, ...(field !== undefined && { field: cut(field) }) },
  };
}

/** A message may hold all of a request: it is cut before anything looks for a pattern in it. */
function cut(text: string): string {
  return text.length > maxMessageCharacters ? `${text.slice(0, maxMessageCharacters)}…` : text;
}

/** @returns the text up to a part of it, or all of it */
function before(text: string, part: string): string {
  const at = text.indexOf(part);
  return at < 0 ? text : text.slice(0, at);
}

const ofVariable = 'Variable "$';

/**
 * What graphql-js says of a variable: `Variable "$input" got invalid value … at "input.amount"; ` and then the fault.
 *
 * @returns undefined when the message is not about a variable's value
 */
function variableFault(
  message: string,
  fault: string,
  source: string | undefined,
): { text: string; field: string } | undefined {
  if (!message.startsWith(ofVariable)) return undefined;
  const name = before(message.slice(ofVariable.length), '"');
  if (!message.startsWith('" got invalid value ', ofVariable.length + name.length)) return undefined;
  const path = message.endsWith(`"; ${fault}`)
    ? message.slice(message.lastIndexOf(' at "') + ' at "'.length, -`"; ${fault}`.length)
    : '';
  const { text, missing } = harmless(cut(fault));
  // Named as a use case names them, whatever the variable is called.
  const place = source === undefined ? [] : pathOfVariable(source, name);
  const parts = [...place, ...path.split('.').slice(1), ...(missing ? [missing] : [])];
  const field = parts.join('.') || name;
  return { text: `"${field}": ${text}`, field };
}

/** Faults whose messages name types and fields only. */
const harmlessFaults = [
  /^Field "(\w+)" of required type "[^"]+" was not provided\.$/,
  /^Field "(\w+)" is not defined by type "\w+"\./,
  /^Expected non-nullable type "[^"]+" not to be null\.$/,
  /^Expected type "\w+" to be an object\.$/,
  /^Expected an? (?:day|instant) such as [0-9-]+(?:T[0-9:]+Z)?\.$/,
];

function harmless(fault: string): { text: string; missing?: string | undefined } {
  for (const pattern of harmlessFaults) {
    const match = pattern.exec(fault);
    if (match) return { text: fault, missing: match[1] };
  }
  return { text: 'It is not of the right type.' };
}

/** Before the value that a message quotes. */
const quoting = [', found ', ' has invalid value ', ' cannot represent '];

/** The same for a value that is in the document. */
function withoutValue(message: string): string {
  if (message.startsWith('Value "')) {
    const [, fault] = message.split('" does not exist in ', 2);
    return fault === undefined ? 'The value does not exist.' : `The value does not exist in ${fault}`;
  }
  const text = quoting.reduce(before, message);
  const marker = quoting.find((part) => message.startsWith(part, text.length));
  if (marker === ' has invalid value ') return `${text} has an invalid value.`;
  if (marker === ' cannot represent ') return `${before(message, ':')}.`;
  return marker === undefined ? message : `${text}.`;
}
