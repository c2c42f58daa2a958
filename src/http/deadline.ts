import type { ServerResponse } from 'node:http';
import { AppError } from '../values/app-error.js';

/** Makes its signal when it is first used: few operations need one. */
export type Deadline = Pick<AbortController, 'signal'>;

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
    const timer = setTimeout(() => {
      const error = tooLong();
      controller.abort(error);
      reject(error);
    }, seconds * 1_000);
    run(controller)
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
