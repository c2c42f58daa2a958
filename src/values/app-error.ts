import type { ErrorCode } from '../generated/schema-types.js';

/** Why a request is refused, told to nobody but who has the session's token. */
export type Reason = 'REFRESH_TOKEN_REUSED' | 'REFRESH_TOKEN_EXPIRED' | 'WRONG_PASSWORD';

/** What a client may see besides the code and the message. */
export interface PublicDetails {
  /** The path of the invalid input field: `amount`, `period.end`. */
  field?: string;
  /** With RATE_LIMITED and SERVICE_UNAVAILABLE: when to retry. */
  retryAfterSeconds?: number;
  reason?: Reason;
}

/** The only way to fail on purpose. The message reaches the client as it is; the cause never does. */
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

/** @returns the error for an invalid input field */
export function badInput(field: string, publicMessage: string): AppError {
  return new AppError('BAD_USER_INPUT', publicMessage, { field });
}

/** Makes the compiler check that every case is handled. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${String(value)}`);
}
