import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { KeyStore } from '../accounts/keys/key-store.js';
import { databaseKeyStore, fileKeyStore } from '../accounts/keys/key-store.js';
import { type LiveKeyRing, openKeyRing } from '../accounts/keys/live-key-ring.js';
import { createLoginLimits } from '../accounts/login-limits.js';
import { createPasswordHasher } from '../accounts/passwords/passwords.js';
import { createSessionCache, type SessionCache } from '../accounts/sessions/session-cache.js';
import { cacheVerifiedTokens } from '../accounts/tokens/verified-tokens.js';
import { createRefusalLog } from '../audit/refusal-log.js';
import type { Database } from '../database/database.js';
import { listen } from '../database/listener.js';
import { sharedValue } from '../database/shared-values.js';
import type { Deps } from '../graphql/context.js';
import { createPaymentWriter } from '../payments/payment-writer.js';
import type { Metrics } from '../telemetry/metrics.js';
import type { Cleanup } from '../values/cleanup.js';
import { systemClock } from '../values/clock.js';
import { ConfigError } from '../values/config-error.js';
import { createSealer } from '../values/sealing.js';
import type { Config } from './config.js';
import type { Overrides } from './overrides.js';
import type { Store } from './store.js';

const audience = 'stipend';
/** A busy process may not hear from the database for a shorter time. */
const outageMs = 3_000;
const stalledAfterMs = 1_000;
/** Leaves a core for everything else, if there are several. */
const passwordHashing = {
  concurrency: Math.min(2, Math.max(1, availableParallelism() - 1)),
  // Served within some seconds on a small machine; other clients are told to retry.
  maxQueue: 64,
};

/**
 * Opens what the use cases need.
 *
 * @param cleanup closes it
 * @throws ConfigError when a secret is missing, KeyError when the key ring is not valid
 */
export async function openDeps(
  cleanup: Cleanup,
  store: Store,
  config: Config,
  overrides: Overrides,
  metrics: Metrics,
): Promise<Deps> {
  const { database, dataKey } = store;
  const { log } = overrides;
  if (!dataKey) log.warn('DATA_KEY is not set: no bank account number can be stored');
  const keyRing = await openKeyRing(keyStoreOf(store, config), log);
  cleanup.defer(() => keyRing.close());
  const sessions = openSessions(cleanup, store, config, overrides, keyRing, metrics);
  const clock = overrides.clock ?? systemClock;
  const refusals = createRefusalLog({ database, clock, log });
  cleanup.defer(() => refusals.close());
  const tokens = {
    issuer: config.publicUrl ?? (await firstUrl(database, config)),
    audience,
    maxAgeSeconds: config.tokenTtlSeconds,
    encryptionKey: config.jwtEncryptionKey,
  };
  return {
    metrics,
    database,
    clock,
    keyRing,
    sessions,
    lifetime: config.lifetime,
    tokens,
    verifyToken: cacheVerifiedTokens(tokens, keyRing),
    tokenTtlSeconds: config.tokenTtlSeconds,
    refreshGraceSeconds: config.refreshGraceSeconds,
    refreshKey: await sharedKey(database, 'refresh-key'),
    passwords: await createPasswordHasher({ ...passwordHashing, cost: overrides.passwordCost }),
    limits: createLoginLimits(database.pool, config),
    refusals,
    log,
    vault: dataKey && createSealer(dataKey, 'bank account'),
    paymentWriter: createPaymentWriter(database),
    paymentLimits: config.paymentLimits,
    payRunTimeoutSeconds: config.payRunTimeoutSeconds,
  };
}

/** @throws ConfigError when there is neither JWT_KEYS nor JWT_SECRET */
export function keyStoreOf({ database, jwtSecret }: Store, { jwtKeys }: Config): KeyStore {
  if (jwtKeys !== undefined) return fileKeyStore(jwtKeys);
  if (!jwtSecret) throw new ConfigError('JWT_SECRET is not set, and DATABASE_URL requires it.');
  return databaseKeyStore(database, jwtSecret);
}

/** The session cache, and the listener that keeps it and the key ring up to date. */
function openSessions(
  cleanup: Cleanup,
  { database, connection, listenConnection }: Store,
  { lifetime }: Config,
  { log }: Overrides,
  keyRing: LiveKeyRing,
  metrics: Metrics,
): SessionCache {
  let wasConnected = false;
  const listener = listen({
    connection: listenConnection,
    sendingConnection: connection,
    channels: ['stipend_session', 'stipend_user', 'stipend_shared_value'],
    onNotification: (channel, payload) => {
      if (channel === 'stipend_session') sessions.dropSession(payload);
      if (channel === 'stipend_user') sessions.dropUser(payload);
      if (channel === 'stipend_shared_value') void keyRing.reload();
    },
    onGap: (silentMs) => {
      // Whatever broke this connection may have broken others, which their next users would find out.
      if (wasConnected) database.closeIdle();
      wasConnected = true;
      if (silentMs > outageMs) database.closeStalled(stalledAfterMs);
      sessions.dropAll();
      void keyRing.reload();
    },
    onConnectionLost: (err) =>
      log.warn({ err }, 'no notifications arrive from the database: each session is looked up once a second'),
  });
  const sessions = createSessionCache({
    database,
    lifetime,
    confirmedAt: listener.confirmedAt,
    log,
    onLookup: metrics.sessionLookup,
  });
  cleanup.defer(() => sessions.close());
  cleanup.defer(() => listener.close());
  return sessions;
}

/** 32 random bytes that all processes on one database share. */
async function sharedKey(database: Database, name: string): Promise<KeyObject> {
  return createSecretKey(await sharedValue(database, name, () => randomBytes(32)));
}

/** All processes on one database issue tokens under the same URL: without PUBLIC_URL, that of the first one. */
async function firstUrl(database: Database, { host, port, tls }: Config): Promise<string> {
  const url = `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}${port === 0 ? '' : `:${port}`}`;
  return (await sharedValue(database, 'issuer', () => Buffer.from(url))).toString('utf8');
}
