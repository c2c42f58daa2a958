import type { FastifyRequest } from 'fastify';
import type { TrustedDocuments } from '../graphql/trusted-documents.js';
import { AppError } from '../values/app-error.js';

/** What a request to `/graphql` asks for, before GraphQL has had a look at it. */
export interface GraphQLRequest {
  readonly search: string;
  readonly body: unknown;
  /** Characters of what it came in. */
  readonly length: number;
  /** Absent unless it is a string: Apollo refuses what is not. */
  readonly query?: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  /** The operation's name in a POST in which all is of the right type; absent for any other request. */
  readonly postedOperationName?: string | null | undefined;
}

/** A body that is no JSON. */
export class MalformedBody extends AppError {
  constructor() {
    super('GRAPHQL_PARSE_FAILED', 'The body is not JSON.');
  }
}

/**
 * @param trusted where only known documents are served: the one that is asked for is put in its place
 * @throws MalformedBody
 * @throws AppError GRAPHQL_VALIDATION_FAILED for a document that is not one of the trusted ones
 */
export function readGraphQLRequest(
  request: FastifyRequest,
  trusted: TrustedDocuments | undefined,
): GraphQLRequest {
  const search = searchOf(request.url);
  const text = typeof request.body === 'string' ? request.body : undefined;
  const body = text === undefined ? undefined : parseBody(text);
  if (request.method === 'GET') return readSearch(trusted ? trustedSearch(trusted, search) : search, body);
  const record = isRecord(body) ? body : undefined;
  if (!record) return { search, body, length: 0, variables: {} };
  const named = withoutEmptyName(record);
  const read = readPost(search, trusted ? trusted.resolve(named) : named, text?.length ?? 0);
  return request.method === 'POST' ? read : { ...read, postedOperationName: undefined };
}

function searchOf(url: string): string {
  const start = url.indexOf('?');
  return start === -1 ? '' : url.slice(start);
}

function parseBody(text: string): unknown {
  const parsed = parseJson(text);
  if (parsed === undefined) throw new MalformedBody();
  return parsed.value;
}

/** Some clients send an empty operation name where they have none. */
function withoutEmptyName(body: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return body.operationName === '' ? { ...body, operationName: null } : body;
}

function readPost(search: string, body: Readonly<Record<string, unknown>>, length: number): GraphQLRequest {
  const { query, variables, operationName, extensions } = body;
  const isPlain =
    (variables == null || isRecord(variables)) &&
    (operationName == null || typeof operationName === 'string') &&
    (extensions == null || (isRecord(extensions) && !extensions.persistedQuery));
  return {
    search,
    body,
    length,
    query: typeof query === 'string' ? query : undefined,
    variables: isRecord(variables) ? variables : {},
    postedOperationName: isPlain ? (typeof operationName === 'string' ? operationName : null) : undefined,
  };
}

function readSearch(given: string, body: unknown): GraphQLRequest {
  const parameters = new URLSearchParams(given);
  const isUnnamed = parameters.getAll('operationName').join() === '' && parameters.has('operationName');
  if (isUnnamed) parameters.delete('operationName');
  const search = isUnnamed ? `?${parameters}` : given;
  const query = parameters.get('query');
  const variables = parseJson(parameters.get('variables') ?? '{}')?.value;
  return {
    search,
    body,
    length: search.length,
    query: query ?? undefined,
    variables: isRecord(variables) ? variables : {},
  };
}

function trustedSearch(trusted: TrustedDocuments, search: string): string {
  const parameters = new URLSearchParams(search);
  const { query, extensions } = trusted.resolve({
    documentId: parameters.get('documentId'),
    query: parameters.get('query'),
    extensions: parseJson(parameters.get('extensions') ?? '')?.value,
  });
  for (const name of ['documentId', 'query', 'extensions']) parameters.delete(name);
  if (typeof query === 'string') parameters.set('query', query);
  if (extensions !== undefined) parameters.set('extensions', JSON.stringify(extensions));
  return `?${parameters}`;
}

/** @returns undefined when it is no JSON */
function parseJson(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
