import { purgeSessions } from '../accounts/sessions/purge-sessions.js';
import { createReadiness } from '../database/readiness.js';
import { createSchema } from '../graphql/schema.js';
import { startServer } from '../http/server.js';
import type { Logger } from '../telemetry/log.js';
import { createMetrics } from '../telemetry/metrics.js';
import { noTracing, type Tracing, type TracingOptions } from '../telemetry/tracing/tracing.js';
import type { Config } from './config.js';
import { openDeps } from './deps.js';
import { createFirstAccounts } from './first-accounts.js';
import type { NewAccount } from './first-admin.js';
import type { Overrides } from './overrides.js';
import { openStore } from './store.js';

export interface App {
  /** Where it listens: `http://127.0.0.1:4000`. */
  readonly url: string;
  /** The accounts that this start has made. */
  readonly newAccounts: NewAccount[];
  stop(): Promise<void>;
}

/**
 * Puts the whole together and starts it.
 *
 * @throws ConfigError, KeyError, DataDirInUse, StoreError, and what the network says when it can't listen
 */
export async function createApp(config: Config, overrides: Overrides): Promise<App> {
  if (config.inTheOpen) {
    // No error, but where only errors are logged it has to be seen as well.
    overrides.log.error(
      { host: config.host },
      'INSECURE_HTTP=on: without TLS or a trusted proxy, passwords and tokens are sent unencrypted',
    );
  }
  const metrics = createMetrics();
  const tracing = config.tracing ? await loadTracing(config.tracing, overrides.log) : noTracing;
  const store = await openStore(config, { ...overrides, metrics, tracing });
  metrics.watchPool(store.database.pool);
  try {
    const { deps, close } = await openDeps(store, config, overrides, metrics);
    try {
      const newAccounts = await createFirstAccounts(deps, config, {
        withDemo: store.embedded && config.seedDemo,
        announce: overrides.onNewAccounts ?? (() => {}),
        onProgress: overrides.onProgress ?? (() => {}),
      });
      const isReady = createReadiness(store.database);
      const server = await startServer({
        ...config,
        schema: createSchema(),
        deps,
        log: overrides.log,
        metrics,
        tracing,
        isReady,
      });
      const endPurge = purgeSessions({ ...deps, log: overrides.log });
      const stop = async () => {
        await server.stop();
        await endPurge();
        await close();
        await store.close();
        await tracing.close();
      };
      return { url: server.url, newAccounts, stop };
    } catch (error) {
      await close();
      throw error;
    }
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** OpenTelemetry is loaded by those who ask for it, and by nobody else. */
async function loadTracing(options: TracingOptions, log: Logger): Promise<Tracing> {
  const { openTracing } = await import('../telemetry/tracing/open-tracing.js');
  return openTracing(options, log);
}
