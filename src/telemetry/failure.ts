import { isDatabaseUnavailable } from '../database/database-errors.js';
import type { ErrorCode } from '../generated/schema-types.js';
import { AppError, type PublicDetails } from '../values/app-error.js';

/** What a client sees of anything that was thrown. */
export interface Failure {
  code: ErrorCode;
  publicMessage: string;
  details: PublicDetails;
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
