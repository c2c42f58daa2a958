/** What `extensions` holds beside the code, by the codes of the API's `ErrorCode`. */
export interface ErrorExtensions {
  /** `reason` tells a session's end apart where it is the caller's own: reused, expired, a wrong password. */
  UNAUTHENTICATED: { reason?: string };
  FORBIDDEN: { field?: string };
  /** `field` is the path of the input's field: `amount`, `period.end`. */
  BAD_USER_INPUT: { field?: string };
  NOT_FOUND: { field?: string };
  CONFLICT: { field?: string };
  IDEMPOTENCY_MISMATCH: { field?: string };
  ALREADY_PAID: { field?: string };
  RATE_LIMITED: { retryAfterSeconds?: number };
  GRAPHQL_PARSE_FAILED: object;
  GRAPHQL_VALIDATION_FAILED: object;
  QUERY_TOO_COMPLEX: object;
  SERVICE_UNAVAILABLE: { retryAfterSeconds?: number };
  INTERNAL_SERVER_ERROR: object;
  /** Of this client: no answer came, or one that is not Stipend's, and it has stopped trying. */
  NO_ANSWER: { mayHaveHappened: boolean; status?: number };
}

/** Every code that an error can have: those of the API, and NO_ANSWER. */
export type ErrorCode = keyof ErrorExtensions;

/** An error as an answer has it. */
export interface AnswerError {
  readonly message: string;
  readonly path?: ReadonlyArray<string | number>;
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** What an operation that did not succeed rejects with. `isStipendError` makes it a union by its code. */
export class StipendError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'StipendError';
  constructor(
    readonly code: Code,
    message: string,
    readonly extensions: ErrorExtensions[Code],
    /** All errors of the answer; this one is the first. */
    readonly errors: readonly AnswerError[] = [],
    /** What the answer has beside its errors: of several mutations, those that were done. */
    readonly data: unknown = null,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** One member for each code, with the extensions of that code. */
export type AnyStipendError = { [Code in ErrorCode]: StipendError<Code> }[ErrorCode];

/** Whether something that was caught is an error of Stipend's, of one code when one is given. */
export function isStipendError(error: unknown): error is AnyStipendError;
export function isStipendError<Code extends ErrorCode>(
  error: unknown,
  code: Code,
): error is StipendError<Code>;
export function isStipendError(error: unknown, code?: ErrorCode): boolean {
  return error instanceof StipendError && (code === undefined || error.code === code);
}

const codes: Record<ErrorCode, true> = {
  UNAUTHENTICATED: true,
  FORBIDDEN: true,
  BAD_USER_INPUT: true,
  NOT_FOUND: true,
  CONFLICT: true,
  IDEMPOTENCY_MISMATCH: true,
  ALREADY_PAID: true,
  RATE_LIMITED: true,
  GRAPHQL_PARSE_FAILED: true,
  GRAPHQL_VALIDATION_FAILED: true,
  QUERY_TOO_COMPLEX: true,
  SERVICE_UNAVAILABLE: true,
  INTERNAL_SERVER_ERROR: true,
  NO_ANSWER: true,
};

/** The error of an answer that has some. A code that this version does not know counts as a fault of the server. */
export function errorOf(errors: readonly AnswerError[], data: unknown): StipendError {
  const [first] = errors;
  return new StipendError(
    codeOf(first),
    first?.message ?? 'The server answered with no data.',
    { ...first?.extensions },
    errors,
    data,
  );
}

export function codeOf(error: AnswerError | undefined): ErrorCode {
  const code = error?.extensions?.code;
  return isCode(code) ? code : 'INTERNAL_SERVER_ERROR';
}

function isCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(codes, code);
}
