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
export function withDeadline<T>(
  response: ServerResponse,
  seconds: number,
  run: (deadline: Deadline) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const onClose = () => {
    if (!response.writableFinished) controller.abort(disconnected());
  };
  if (response.closed) onClose();
  else response.once('close', onClose);
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const abort = () => {
      const error = tooLong();
      controller.abort(error);
      reject(error);
    };
    let timer = setTimeout(abort, seconds * 1_000);
    const extendTo = (later: number) => {
      clearTimeout(timer);
      timer = setTimeout(abort, started + later * 1_000 - performance.now());
    };
    // The signal is made when it is first used: few operations need one.
    const deadline: Deadline = {
      get signal() {
        return controller.signal;
      },
      extendTo,
    };
    run(deadline)
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}

function tooLong(): AppError {
  const message = 'The operation took too long. Ask for less, or try again later.';
  return new AppError('SERVICE_UNAVAILABLE', message, { retryAfterSeconds: 1 });
}

function disconnected(): AppError {
  return new AppError('SERVICE_UNAVAILABLE', 'The client disconnected.', { retryAfterSeconds: 1 });
}
