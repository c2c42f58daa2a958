import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { AppError } from '../values/app-error.js';
import { networkOf } from '../values/network.js';

/**
 * Slows down guessing. Counters are in the database, where they survive restarts and all processes share them. Names and
 * addresses count as given, whether or not there is such a user.
 */
export interface LoginLimits {
  /**
   * Checks before any expensive work that neither the account nor the address has to wait.
   *
   * @throws AppError RATE_LIMITED
   */
  requireNoWait(account: string, ip: string | null): Promise<void>;
  /**
   * Makes one attempt at a password. It counts before the password is verified, so that concurrent attempts count too; the
   * right password resets the counter. To be called when the hasher is free, because waiting attempts are not failures.
   *
   * @throws AppError RATE_LIMITED while the account or the address has to wait
   */
  attempt(account: string, ip: string | null, matches: () => Promise<boolean>): Promise<boolean>;
  /** Resets the account's counters. */
  reset(account: string): Promise<void>;
  /** @throws AppError RATE_LIMITED while the address has to wait */
  beforeAddress(ip: string | null): Promise<void>;
  addressFailed(ip: string | null): Promise<void>;
}

export interface LoginLimitOptions {
  /** Over all accounts, within addressWindowSeconds. */
  failuresPerAddress: number;
}

/** Failures of an account without a delay; the fifth causes the first one. */
const freeFailures = 4;
const maxDelaySeconds = 15 * 60;
/** Since the first of an account's failures. */
const accountWindowSeconds = 86_400;
const addressWindowSeconds = 15 * 60;

export function createLoginLimits(pool: Pool, { failuresPerAddress }: LoginLimitOptions): LoginLimits {
  const account = createAccountLimit(pool);
  const addresses = limiter(pool, 'address', failuresPerAddress, addressWindowSeconds);
  const beforeAddress = async (ip: string | null) => {
    const counted = await addresses.get(network(ip));
    if (counted && counted.consumedPoints >= failuresPerAddress) throw limited(counted);
  };
  const addressFailed = async (ip: string | null) => {
    await addresses.penalty(network(ip));
  };
  return {
    beforeAddress,
    addressFailed,
    reset: (name) => account.reset(hashed(name)),
    requireNoWait: async (name, ip) => {
      await beforeAddress(ip);
      await account.requireNoWait(hashed(name));
    },
    attempt: async (name, ip, matches) => {
      const key = hashed(name);
      await beforeAddress(ip);
      await account.count(key);
      const right = await matches();
      await (right ? account.reset(key) : addressFailed(ip));
      return right;
    },
  };
}

/**
 * Counts an account's attempts: some are free, then each one needs a wait. Only an attempt that is let through makes the next
 * wait longer, so that many concurrent ones lengthen it no more than one does.
 */
function createAccountLimit(pool: Pool) {
  const free = limiter(pool, 'account', freeFailures, accountWindowSeconds);
  const waits = limiter(pool, 'wait', 1, maxDelaySeconds);
  const waited = limiter(pool, 'waited', Number.MAX_SAFE_INTEGER, accountWindowSeconds);
  return {
    requireNoWait: async (key: string): Promise<void> => {
      const waiting = await waits.get(key);
      if (waiting) throw limited(waiting);
    },
    count: async (key: string): Promise<void> => {
      if (await isWithin(free.consume(key))) return;
      const times = (await waited.get(key))?.consumedPoints ?? 0;
      await waits.consume(key, 1, { customDuration: delaySecondsAfter(times) }).catch((refusal) => {
        throw limited(refusal);
      });
      await waited.penalty(key);
    },
    reset: async (key: string): Promise<void> => {
      await Promise.all([free.delete(key), waits.delete(key), waited.delete(key)]);
    },
  };
}

function limiter(pool: Pool, keyPrefix: string, points: number, duration: number): RateLimiterPostgres {
  return new RateLimiterPostgres({
    storeClient: pool,
    storeType: 'pool',
    tableName: 'rate_limits',
    tableCreated: true,
    keyPrefix,
    points,
    duration,
  });
}

async function isWithin(consumed: Promise<RateLimiterRes>): Promise<boolean> {
  try {
    await consumed;
    return true;
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) return false;
    throw refusal;
  }
}

/** One second, then twice as long each time. */
function delaySecondsAfter(times: number): number {
  return Math.min(2 ** times, maxDelaySeconds);
}

/** @param refusal what the limiter throws: how long to wait, or an error of the database */
function limited(refusal: unknown): unknown {
  if (!(refusal instanceof RateLimiterRes)) return refusal;
  return new AppError('RATE_LIMITED', 'Too many failed tries. Wait, and try again.', {
    retryAfterSeconds: Math.max(1, Math.ceil(refusal.msBeforeNext / 1000)),
  });
}

/** Somebody may have typed a password as the name, so the name is not stored. */
function hashed(account: string): string {
  return createHash('sha256').update(account).digest('base64url');
}

function network(ip: string | null): string {
  return networkOf(ip) ?? 'unknown';
}
