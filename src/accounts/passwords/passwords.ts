import { hash, verify } from '@node-rs/argon2';
import pLimit from 'p-limit';
import { AppError } from '../../values/app-error.js';

/** OWASP's first choice for Argon2id, which is the library's algorithm: 19 MiB, two passes, one lane. */
const cost = { memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 };

export interface PasswordHasher {
  /** @returns an Argon2id hash in PHC string format */
  hash(password: string): Promise<string>;
  /**
   * Costs the same whether or not there is a hash to compare with.
   *
   * @param phc the stored hash, or undefined where there is no such user
   * @param attempt is called when a slot is free, and looks at the password or refuses to
   * @param signal a check is not begun when it is aborted
   * @throws AppError RATE_LIMITED when the queue is full
   * @throws the signal's reason
   */
  verify(
    phc: string | undefined,
    password: string,
    attempt: (matches: () => Promise<boolean>) => Promise<boolean>,
    signal: AbortSignal,
  ): Promise<boolean>;
}

/** Hashes on libuv's threads, a bounded number at once (each takes 19 MiB and a core), with a bounded queue. */
export async function createPasswordHasher(options: {
  concurrency: number;
  maxQueue: number;
}): Promise<PasswordHasher> {
  const limit = pLimit(options.concurrency);
  const run = <T>(work: () => Promise<T>): Promise<T> => {
    if (limit.pendingCount >= options.maxQueue) {
      throw new AppError('RATE_LIMITED', 'Too many logins at once. Try again.', { retryAfterSeconds: 1 });
    }
    return limit(work);
  };
  const nobody = await hash('nobody has this password', cost);
  return {
    hash: (password) => run(() => hash(password, cost)),
    verify: async (phc, password, attempt, signal) =>
      run(async () => {
        signal.throwIfAborted();
        return attempt(async () => (await verify(phc ?? nobody, password)) && phc !== undefined);
      }),
  };
}
