import type { ErrorCode } from '../generated/schema-types.js';

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
