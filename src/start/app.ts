import { purgeSessions } from '../accounts/sessions/purge-sessions.js';
import { keepChaining } from '../audit/audit-chain.js';
import { createCommitProbe } from '../database/commit-probe.js';
import { createReadiness } from '../database/readiness.js';
import { createSchema } from '../graphql/schema.js';
import { startServer } from '../http/server.js';
import type { Logger } from '../telemetry/log.js';
import { createMetrics } from '../telemetry/metrics.js';
import { noTracing, type Tracing, type TracingOptions } from '../telemetry/tracing/tracing.js';
import { Cleanup } from '../values/cleanup.js';
import type { Config } from './config.js';
import { openDeps } from './deps.js';
import { createFirstAccounts } from './first-accounts.js';
import type { NewAccount } from './first-admin.js';
import type { Overrides } from './overrides.js';
import { openStore } from './store.js';

export interface App {
  /** Where it listens: `http://127.0.0.1:4000`. */
  readonly url: string;
  /** The accounts that this start has created. */
  readonly newAccounts: NewAccount[];
  stop(): Promise<void>;
}

/**
 * Puts the application together and starts it.
 *
 * @throws ConfigError, KeyError, DataDirInUse, StoreError, and a system error when it cannot listen
 */
export async function createApp(config: Config, overrides: Overrides): Promise<App> {
  if (config.inTheOpen) {
    // Not an error, but it must be seen at the log level `error` too.
    overrides.log.error(
      { host: config.host },
      'INSECURE_HTTP=on: without TLS or a trusted proxy, passwords and tokens are sent unencrypted',
    );
  }
  const { log, onNewAccounts = () => {}, onProgress = () => {} } = overrides;
  const cleanup = new Cleanup();
  try {
    const metrics = createMetrics();
    const tracing = config.tracing ? await loadTracing(config.tracing, log) : noTracing;
    cleanup.defer(() => tracing.close());
    const store = await openStore(config, { ...overrides, metrics, tracing });
    cleanup.defer(() => store.close());
    metrics.watchPool(store.database.pool);
    const commitProbe = createCommitProbe(store.connection);
    cleanup.defer(() => commitProbe.close());
    metrics.watchCommits(() => commitProbe.waitingMs() / 1000);
    const deps = await openDeps(cleanup, store, config, overrides, metrics);
    const newAccounts = await createFirstAccounts(deps, config, {
      withDemo: store.embedded && config.seedDemo,
      announce: onNewAccounts,
      onProgress,
    });
    cleanup.defer(purgeSessions({ ...deps, log }));
    cleanup.defer(keepChaining({ ...deps, log }));
    const server = await startServer({
      host: config.host,
      port: config.port,
      publicUrl: config.publicUrl,
      tls: config.tls,
      redirectPort: config.redirectPort,
      trustedProxies: config.trustedProxies,
      corsOrigins: config.corsOrigins,
      console: config.console,
      sandbox: config.sandbox,
      introspection: config.introspection,
      documentLimits: config.documentLimits,
      trustedDocuments: config.trustedDocuments,
      operationTimeoutSeconds: config.operationTimeoutSeconds,
      maxRequests: config.maxRequests,
      maxConnections: config.maxConnections,
      maxRequestsPerAddress: config.maxRequestsPerAddress,
      maxConnectionsPerAddress: config.maxConnectionsPerAddress,
      keepAliveSeconds: config.keepAliveSeconds,
      drainSeconds: config.drainSeconds,
      metricsToken: config.metricsToken,
      metricsPort: config.metricsPort,
      schema: createSchema(),
      deps,
      log,
      metrics,
      tracing,
      isReady: createReadiness(store.database, commitProbe),
    });
    cleanup.defer(() => server.stop());
    return { url: server.url, newAccounts, stop: () => cleanup.run() };
  } catch (error) {
    await cleanup.unwind();
    throw error;
  }
}

/** Loads OpenTelemetry only when it is used. */
async function loadTracing(options: TracingOptions, log: Logger): Promise<Tracing> {
  const { openTracing } = await import('../telemetry/tracing/open-tracing.js');
  return openTracing(options, log);
}
