import { createHash } from 'node:crypto';
import { isIPv4, isIPv6, SocketAddress } from 'node:net';
import type { Pool } from 'pg';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { AppError } from '../values/app-error.js';

/**
 * What slows down guessing. Counters are kept in the database: they hold over a restart, and all processes share them.
 * Names and addresses are counted as they are given, whether or not there is such a user.
 */
export interface LoginLimits {
  /**
   * Looks whether the account or the address has to wait, before anything costs work.
   *
   * @throws AppError RATE_LIMITED
   */
  requireNoWait(account: string, ip: string | null): Promise<void>;
  /**
   * One try of a password. It counts before the password is looked at, so that tries at once count too, and is forgotten
   * with all before it when the password is right. To be called when the password's turn has come, not before: honest
   * tries that still wait for theirs are no failures.
   *
   * @throws AppError RATE_LIMITED while the account or the address has to wait
   */
  attempt(account: string, ip: string | null, matches: () => Promise<boolean>): Promise<boolean>;
  /** The account starts afresh. */
  forget(account: string): Promise<void>;
  /** @throws AppError RATE_LIMITED while the address has to wait */
  beforeAddress(ip: string | null): Promise<void>;
  addressFailed(ip: string | null): Promise<void>;
}

export interface LoginLimitOptions {
  /** Failures from one address, over all accounts and refresh tokens, in addressWindowSeconds. */
  failuresPerAddress: number;
}

/** The failures of an account that cost no wait: the fifth costs the first one. */
const freeFailures = 4;
const longestDelaySeconds = 15 * 60;
/** A day after the first of them, an account's failures are forgotten. */
const failuresKeptSeconds = 86_400;
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
    forget: (name) => account.reset(hashed(name)),
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
 * Counts an account's tries before their passwords are looked at: some at once, then one after each wait. Only a try that
 * is let through makes the next wait longer, so that many at once make it no longer than one does.
 */
function createAccountLimit(pool: Pool) {
  const free = limiter(pool, 'account', freeFailures, failuresKeptSeconds);
  const waits = limiter(pool, 'wait', 1, longestDelaySeconds);
  const waited = limiter(pool, 'waited', Number.MAX_SAFE_INTEGER, failuresKeptSeconds);
  return {
    requireNoWait: async (key: string): Promise<void> => {
      const waiting = await waits.get(key);
      if (waiting) throw limited(waiting);
    },
    count: async (key: string): Promise<void> => {
      if (await isWithin(free.consume(key))) return;
      const times = (await waited.get(key))?.consumedPoints ?? 0;
      await waits.consume(key, 1, { customDuration: delayAfter(times) }).catch((refusal) => {
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

/** One second, then twice as long each time, a quarter of an hour at most. */
function delayAfter(times: number): number {
  return Math.min(2 ** times, longestDelaySeconds);
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

const mappedIPv4 = /^::ffff:([0-9.]+)$/;

/** Whoever has one IPv6 address has its whole /64 network. */
function network(given: string | null): string {
  const address = given ?? '';
  if (isIPv4(address)) return address;
  if (!isIPv6(address)) return 'unknown';
  // One text for one address, however it is written.
  const ip = new SocketAddress({ address, family: 'ipv6' }).address;
  const mapped = mappedIPv4.exec(ip)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = '', tail] = ip.split('::');
  const groups = head.split(':').filter((group) => group !== '');
  const missing =
    tail === undefined ? 0 : 8 - groups.length - tail.split(':').filter((group) => group !== '').length;
  return [...groups, ...Array.from({ length: missing }, () => '0')].slice(0, 4).join(':');
}
