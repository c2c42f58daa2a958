import { AppError } from '../../values/app-error.js';

/** Runs what looks at a password. */
export type PasswordChecks = <T>(check: () => Promise<T>) => Promise<T>;

/**
 * So many at once and no more, refused before they cost anything: a password takes long on purpose, and those who wait
 * for theirs are not to take the database and the server's capacity from everybody else.
 */
export function boundPasswordChecks(most: number): PasswordChecks {
  let underway = 0;
  return async (check) => {
    if (underway >= most) {
      throw new AppError('RATE_LIMITED', 'Too many logins at once. Try again.', { retryAfterSeconds: 1 });
    }
    underway += 1;
    try {
      return await check();
    } finally {
      underway -= 1;
    }
  };
}
