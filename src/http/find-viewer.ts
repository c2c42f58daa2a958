import type { FastifyRequest } from 'fastify';
import { type AuthenticateDeps, authenticate } from '../accounts/authenticate.js';
import type { BearerToken } from '../accounts/tokens/bearer.js';
import { anonymous, type Viewer } from '../accounts/viewer.js';
import { callsOnly, signInFields } from '../graphql/called-fields.js';
import type { Documents } from '../graphql/documents.js';
import type { TrustedDocuments } from '../graphql/trusted-documents.js';
import { failureOf } from '../telemetry/failure.js';
import { AppError } from '../values/app-error.js';
import { readGraphQLRequest } from './graphql-request.js';

interface FindViewerOptions {
  deps: AuthenticateDeps;
  documents: Documents;
  trusted: TrustedDocuments | undefined;
}

/**
 * Finds the viewer of a request. A token that is not valid keeps nobody from logging in: a request that only logs in, or
 * refreshes, does not need one.
 *
 * @throws AppError UNAUTHENTICATED
 */
export async function findViewer(
  options: FindViewerOptions,
  request: FastifyRequest,
  token: BearerToken,
  ip: string | null,
): Promise<Viewer> {
  try {
    return await authenticate(options.deps, token, ip);
  } catch (error) {
    if (failureOf(error).code === 'UNAUTHENTICATED' && signsIn(options, request)) return anonymous;
    throw error;
  }
}

function signsIn({ documents, trusted }: FindViewerOptions, request: FastifyRequest): boolean {
  try {
    const asked = readGraphQLRequest(request, trusted);
    const { query: source, variables, length: requestLength, postedOperationName: name } = asked;
    if (source === undefined || name === undefined) return false;
    const document = documents.check({ source, variables, requestLength, isCached: false });
    return callsOnly(signInFields, document, name);
  } catch (error) {
    // What is wrong with the rest of a request is not said to whoever sends a token that is not valid.
    if (error instanceof AppError) return false;
    throw error;
  }
}
