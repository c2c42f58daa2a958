import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { Pool } from 'pg';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { AppError } from '../errors.js';

/**
 * What slows down guessing. Counters are kept in the database: they hold over a restart, and all processes share them.
 * Names and addresses are counted as they are given, whether or not there is such a user.
 */
export interface LoginLimits {
  /**
   * Counts a try for an account before its password is looked at, so that parallel tries count too.
   *
   * @throws AppError RATE_LIMITED while the account has to wait
   */
  beforeAccount(account: string): Promise<void>;
  /** The password was right: the account starts afresh. */
  accountSucceeded(account: string): Promise<void>;
  /** @throws AppError RATE_LIMITED while the address has to wait */
  beforeAddress(ip: string | null): Promise<void>;
  addressFailed(ip: string | null): Promise<void>;
}

export interface LoginLimitOptions {
  /** Failures from one address, over all accounts and refresh tokens, in addressWindowSeconds. */
  failuresPerAddress: number;
}

const freeFailures = 5;
const longestDelaySeconds = 15 * 60;
/** After a day without a try, an account's failures are forgotten. */
const failuresKeptSeconds = 86_400;
const addressWindowSeconds = 15 * 60;

export function createLoginLimits(pool: Pool, { failuresPerAddress }: LoginLimitOptions): LoginLimits {
  const store = { storeClient: pool, storeType: 'pool', tableName: 'rate_limits', tableCreated: true };
  const unlimited = 2 ** 31 - 1;
  const failures = new RateLimiterPostgres({
    ...store,
    keyPrefix: 'account',
    points: unlimited,
    duration: failuresKeptSeconds,
  });
  const waits = new RateLimiterPostgres({
    ...store,
    keyPrefix: 'wait',
    points: 1,
    duration: longestDelaySeconds,
  });
  const addresses = new RateLimiterPostgres({
    ...store,
    keyPrefix: 'address',
    points: failuresPerAddress,
    duration: addressWindowSeconds,
  });
  return {
    beforeAccount: async (account) => {
      const key = hashed(account);
      const { consumedPoints: tries } = await failures.penalty(key);
      if (tries < freeFailures) return;
      try {
        await waits.consume(key, 1, { customDuration: delayAfter(tries) });
      } catch (refusal) {
        await failures.reward(key);
        throw limited(refusal);
      }
    },
    accountSucceeded: async (account) => {
      const key = hashed(account);
      await Promise.all([failures.delete(key), waits.delete(key)]);
    },
    beforeAddress: async (ip) => {
      const counted = await addresses.get(network(ip));
      if (counted && counted.consumedPoints >= failuresPerAddress) throw limited(counted);
    },
    addressFailed: async (ip) => {
      await addresses.penalty(network(ip));
    },
  };
}

/** One second after the fifth failure, then twice as long each time, a quarter of an hour at most. */
function delayAfter(tries: number): number {
  return Math.min(2 ** Math.min(tries - freeFailures, 20), longestDelaySeconds);
}

/** @param refusal what the limiter rejects with: how long to wait, or an error of the database's */
function limited(refusal: unknown): unknown {
  if (!(refusal instanceof RateLimiterRes)) return refusal;
  return new AppError('RATE_LIMITED', 'Too many failed tries. Wait, and try again.', {
    retryAfterSeconds: Math.max(1, Math.ceil(refusal.msBeforeNext / 1000)),
  });
}

/** What was typed as a name may be a password: it is not kept as it stands. */
function hashed(account: string): string {
  return createHash('sha256').update(account).digest('base64url');
}

/** Whoever has one IPv6 address has its whole /64 network. */
function network(ip: string | null): string {
  if (ip === null || !isIPv6(ip) || ip.startsWith('::ffff:')) return ip ?? 'unknown';
  const [head = '', tail] = ip.split('::');
  const groups = head.split(':').filter((group) => group !== '');
  const missing =
    tail === undefined ? 0 : 8 - groups.length - tail.split(':').filter((group) => group !== '').length;
  return [...groups, ...Array.from({ length: missing }, () => '0')].slice(0, 4).join(':');
}
