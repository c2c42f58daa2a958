import type { ServerResponse } from 'node:http';
import { AppError } from '../values/app-error.js';

export interface Deadline {
  readonly signal: AbortSignal;
  /** Sets the deadline to so many seconds after the start. For the few operations that may take longer. */
  extendTo(seconds: number): void;
}

/**
 * Runs an operation until its deadline. The signal is aborted at the deadline, or when the client has disconnected: whatever
 * has not begun by then is not begun. What has begun ends by itself, and its result is dropped: the database stops each
 * statement at the same limit.
 *
 * @throws AppError SERVICE_UNAVAILABLE at the deadline
 */
export async function withDeadline<T>(
  response: ServerResponse,
  seconds: number,
  run: (deadline: Deadline) => Promise<T>,
): Promise<T> {
  const deadline = new OperationDeadline(seconds);
  const onClose = () => {
    if (!response.writableFinished) deadline.abort(disconnected());
  };
  if (response.closed) onClose();
  else response.once('close', onClose);
  try {
    return await Promise.race([run(deadline), deadline.passed]);
  } finally {
    deadline.end();
  }
}

/** A class, for an accessor of an object's own has V8 keep the object, and all that it knows, until the next full collection. */
class OperationDeadline implements Deadline {
  /** Rejects at the deadline. */
  readonly passed: Promise<never>;
  readonly #controller = new AbortController();
  readonly #started = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #pass: () => void = () => {};

  constructor(seconds: number) {
    this.passed = new Promise((_resolve, reject) => {
      this.#pass = () => {
        const error = tooLong();
        this.abort(error);
        reject(error);
      };
    });
    this.#timer = setTimeout(this.#pass, seconds * 1_000);
  }

  /** Made when it is first used: few operations need one. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  extendTo(seconds: number): void {
    this.end();
    this.#timer = setTimeout(this.#pass, this.#started + seconds * 1_000 - performance.now());
  }

  abort(reason: AppError): void {
    this.#controller.abort(reason);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

function tooLong(): AppError {
  const message = 'The operation took too long. Ask for less, or try again later.';
  return new AppError('SERVICE_UNAVAILABLE', message, { retryAfterSeconds: 1 });
}

function disconnected(): AppError {
  return new AppError('SERVICE_UNAVAILABLE', 'The client disconnected.', { retryAfterSeconds: 1 });
}
