import { AppError } from '../values/app-error.js';

/**
 * Waits for the work so long and no longer. What goes on behind it ends by itself: the database stops each statement at
 * the same limit, and what the work comes to in the end is nobody's any more.
 *
 * @param begin given what tells it whether the time is over
 * @throws AppError SERVICE_UNAVAILABLE when the time is over
 */
export function within<T>(seconds: number, begin: (isOver: () => boolean) => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    let over = false;
    const timer = setTimeout(() => {
      over = true;
      reject(tooLong());
    }, seconds * 1_000);
    begin(() => over).then(
      (result) => {
        clearTimeout(timer);
        resolve(result);
      },
      (error) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}

function tooLong(): AppError {
  return new AppError(
    'SERVICE_UNAVAILABLE',
    'The operation took too long. Ask for less, or try again later.',
    {
      retryAfterSeconds: 1,
    },
  );
}
