import { hash, verify } from '@node-rs/argon2';
import pLimit from 'p-limit';
import { AppError } from '../../values/app-error.js';
import { normalizePassword } from './password-rules.js';

/** What a hash costs: KiB of memory, passes over it, and lanes. */
export interface PasswordCost {
  memoryCost: number;
  timeCost: number;
  parallelism: number;
}

/** OWASP's recommendation for Argon2id, the library's default algorithm: 19 MiB, two passes, one lane. */
const recommendedCost: PasswordCost = { memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 };

export interface PasswordHasher {
  /** @returns an Argon2id hash in PHC string format */
  hash(password: string): Promise<string>;
  /**
   * Takes the same time whether or not there is a hash to compare with.
   *
   * @param phc the stored hash, or undefined if there is no such user
   * @param attempt called when the hasher is free; verifies the password by `matches`, or refuses to
   * @param waiting whose check it is: strangers have a queue of their own, and a check is not begun when `signal` is
   *   aborted
   * @throws AppError RATE_LIMITED when the queue is full
   * @throws the signal's reason
   */
  verify(
    phc: string | undefined,
    password: string,
    attempt: (matches: () => Promise<boolean>) => Promise<boolean>,
    waiting: { isStranger: boolean; signal: AbortSignal },
  ): Promise<boolean>;
}

/**
 * Hashes on libuv's threads, a bounded number at once, each of which needs 19 MiB and a core. The queues are bounded, too: one
 * for strangers, who are anybody, and one for those who have logged in before.
 */
export async function createPasswordHasher(options: {
  concurrency: number;
  maxQueue: number;
  cost?: PasswordCost | undefined;
}): Promise<PasswordHasher> {
  const { cost = recommendedCost, concurrency, maxQueue } = options;
  const [strangers, known] = [pLimit(concurrency), pLimit(concurrency)];
  const run = <T>(work: () => Promise<T>, isStranger = false): Promise<T> => {
    const limit = isStranger ? strangers : known;
    if (limit.pendingCount >= maxQueue) {
      throw new AppError('RATE_LIMITED', 'Too many logins at once. Try again.', { retryAfterSeconds: 1 });
    }
    return limit(work);
  };
  const decoy = await hash('nobody has this password', cost);
  return {
    hash: (password) => run(() => hash(normalizePassword(password), cost)),
    verify: async (phc, password, attempt, { isStranger, signal }) =>
      run(async () => {
        signal.throwIfAborted();
        return attempt(
          async () => (await verify(phc ?? decoy, normalizePassword(password))) && phc !== undefined,
        );
      }, isStranger),
  };
}
