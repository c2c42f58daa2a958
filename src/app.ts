import type { Clock } from './clock.js';
import type { Config } from './config.js';
import type { Deps } from './context.js';
import { createReadiness } from './database/readiness.js';
import { loadDemoCompany } from './demo/load-demo-company.js';
import { openDeps } from './deps.js';
import { startServer } from './http/server.js';
import type { Logger } from './log.js';
import { createMetrics } from './metrics.js';
import { createSchema } from './schema.js';
import { openStore, type Store } from './store.js';
import { createFirstAdmin, type NewAccount } from './users/first-admin.js';

/** What tests put in place of the real thing, and what main.ts listens to. */
export interface Overrides {
  log: Logger;
  clock?: Clock;
  /** Every SQL statement that is sent. */
  onStatement?: (text: string) => void;
  /** Accounts that this start has just made: their passwords are to be had now or never. */
  onNewAccounts?: (accounts: NewAccount[]) => void;
  /** What takes long in a first start. */
  onProgress?: (message: string) => void;
}

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
  const metrics = createMetrics();
  const store = await openStore(config, { ...overrides, metrics });
  metrics.watchPool(store.database.pool);
  try {
    const { deps, close } = await openDeps(store, config, overrides, metrics);
    try {
      const newAccounts = await createFirstAccounts(deps, store, config, overrides);
      const isReady = createReadiness(store.database.pool);
      const server = await startServer({
        ...config,
        schema: createSchema(),
        deps,
        log: overrides.log,
        metrics,
        isReady,
      });
      const stop = async () => {
        await server.stop();
        await close();
        await store.close();
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

async function createFirstAccounts(
  deps: Deps,
  { embedded }: Store,
  config: Config,
  { onProgress, onNewAccounts }: Overrides,
): Promise<NewAccount[]> {
  const admin = await createFirstAdmin(deps, config);
  if (!admin) return [];
  onNewAccounts?.([admin]);
  if (!embedded || !config.seedDemo) return [admin];
  onProgress?.('Loading the demo company');
  const others = await loadDemoCompany(deps);
  onNewAccounts?.(others);
  return [admin, ...others];
}
