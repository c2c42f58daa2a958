import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { AppError } from '../values/app-error.js';
import { networkOf } from '../values/network.js';

/**
 * Who makes an attempt: the client at an address, for an account, or a session for its own user. Whoever logs in from where
 * the user has logged in before counts apart from strangers, who therefore cannot keep the user out (OWASP, "Slow Down Online
 * Guessing Attacks with Device Cookies").
 */
type Guesser = { account: string; ip: string | null; isKnownAddress: boolean } | { sessionId: string };

/**
 * Slows down guessing. Counters are in the database, where they survive restarts and all processes share them. Names and
 * addresses count as given, whether or not there is such a user.
 */
export interface LoginLimits {
  /**
   * Checks before any expensive work that the guesser does not have to wait.
   *
   * @throws AppError RATE_LIMITED
   */
  requireNoWait(guesser: Guesser): Promise<void>;
  /**
   * Makes one attempt at a password. It counts before the password is verified, so that concurrent attempts count too; the
   * right password resets the guesser's counter. To be called when the hasher is free, because waiting attempts are not
   * failures.
   *
   * @throws AppError RATE_LIMITED while the guesser has to wait
   */
  attempt(guesser: Guesser, matches: () => Promise<boolean>): Promise<boolean>;
  /** Resets the account's counters, at all addresses. */
  reset(account: string): Promise<void>;
}

export interface LoginLimitOptions {
  /** Over all accounts, within addressWindowSeconds. */
  failuresPerAddress: number;
}

/** Failures without a delay; the fifth causes the first one. */
const freeFailures = 4;
const maxDelaySeconds = 15 * 60;
/** Since the first of the failures. */
const failuresWindowSeconds = 86_400;
const addressWindowSeconds = 15 * 60;

export function createLoginLimits(pool: Pool, { failuresPerAddress }: LoginLimitOptions): LoginLimits {
  const guesses = createGuessLimit(pool);
  const addresses = limiter(pool, 'address', failuresPerAddress, addressWindowSeconds);
  const requireAddress = async (guesser: Guesser) => {
    if ('sessionId' in guesser || guesser.isKnownAddress) return;
    const counted = await addresses.get(addressKey(guesser.ip));
    if (counted && counted.consumedPoints >= failuresPerAddress) throw limited(counted);
  };
  return {
    requireNoWait: async (guesser) => {
      await requireAddress(guesser);
      await guesses.requireNoWait(guessKey(guesser));
    },
    attempt: async (guesser, matches) => {
      const key = guessKey(guesser);
      await requireAddress(guesser);
      await guesses.count(key);
      const right = await matches();
      if (right) await guesses.reset(key);
      else if ('ip' in guesser) await addresses.penalty(addressKey(guesser.ip));
      return right;
    },
    reset: async (account) => {
      await pool.query("DELETE FROM rate_limits WHERE split_part(key, ':', 2) = $1", [hashed(account)]);
    },
  };
}

function guessKey(guesser: Guesser): string {
  if ('sessionId' in guesser) return guesser.sessionId;
  const account = hashed(guesser.account);
  return guesser.isKnownAddress ? `${account}:${addressKey(guesser.ip)}` : account;
}

function addressKey(ip: string | null): string {
  return networkOf(ip) ?? 'unknown';
}

/**
 * Counts a guesser's attempts: some are free, then each one needs a wait. Only an attempt that is let through makes the next
 * wait longer, so that many concurrent ones lengthen it no more than one does.
 */
function createGuessLimit(pool: Pool) {
  const free = limiter(pool, 'guess', freeFailures, failuresWindowSeconds);
  const waits = limiter(pool, 'wait', 1, maxDelaySeconds);
  const waited = limiter(pool, 'waited', Number.MAX_SAFE_INTEGER, failuresWindowSeconds);
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
