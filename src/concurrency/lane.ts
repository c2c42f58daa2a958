import pLimit from 'p-limit';
import { AppError } from '../values/app-error.js';

export interface LaneOptions {
  /** How many tasks run at the same time. */
  maxConcurrent: number;
  /** How long a task may wait for its turn. */
  maxWaitMs: number;
  /** What there is too much of, for whoever waits for too long: `lists`. */
  of: string;
}

/** Runs a task when it is its turn. */
export type Lane = <Result>(task: () => Promise<Result>) => Promise<Result>;

/**
 * A bounded number of tasks at a time; the others wait, the first one first.
 *
 * @returns runs a task; it rejects with SERVICE_UNAVAILABLE, with nothing begun, when its turn does not come in time
 */
export function createLane({ maxConcurrent, maxWaitMs, of }: LaneOptions): Lane {
  const limit = pLimit(maxConcurrent);
  return (task) =>
    new Promise((resolve, reject) => {
      let isLate = false;
      const timer = setTimeout(() => {
        isLate = true;
        reject(
          new AppError('SERVICE_UNAVAILABLE', `Too many ${of} at once. Try again.`, { retryAfterSeconds: 1 }),
        );
      }, maxWaitMs);
      void limit(async () => {
        clearTimeout(timer);
        if (!isLate) await task().then(resolve, reject);
      });
    });
}
