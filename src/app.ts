import { secretKey, type TokenOptions } from './auth/tokens.js';
import type { Clock } from './clock.js';
import type { Config } from './config.js';
import { type Database, sql } from './database/database.js';
import type { Logger } from './log.js';
import { createSchema } from './schema.js';
import { startServer } from './server.js';
import { sharedValue } from './shared-values.js';
import { openStore } from './store.js';
import type { NewAccount } from './users/first-admin.js';

/** What tests put in place of the real thing, and what main.ts listens to. */
export interface Overrides {
  log: Logger;
  clock?: Clock;
  /** Every SQL statement that is sent. */
  onStatement?: (text: string) => void;
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

const audience = 'stipend';

/**
 * Puts the whole together and starts it.
 *
 * @throws ConfigError, StoreError, and what the network says when it can't listen
 */
export async function createApp(config: Config, overrides: Overrides): Promise<App> {
  const store = await openStore(config, overrides);
  try {
    const tokens: TokenOptions = {
      key: secretKey(store.jwtSecret),
      issuer: config.publicUrl ?? (await firstUrl(store.deps.database, config)),
      audience,
      maxAgeSeconds: config.tokenTtlSeconds,
    };
    const server = await startServer({
      ...config,
      schema: createSchema(),
      deps: { ...store.deps, tokens },
      log: overrides.log,
      isReady: () => answers(store.deps.database),
    });
    return {
      url: server.url,
      newAccounts: store.newAccounts,
      stop: async () => {
        await server.stop();
        await store.close();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** All processes on one database issue tokens under one name: without PUBLIC_URL, the first one's URL. */
async function firstUrl(database: Database, { host, port }: Config): Promise<string> {
  const url = `http://${host.includes(':') ? `[${host}]` : host}${port === 0 ? '' : `:${port}`}`;
  return (await sharedValue(database, 'issuer', () => Buffer.from(url))).toString('utf8');
}

async function answers(database: Database): Promise<boolean> {
  try {
    await database.rows(sql`SELECT 1`);
    return true;
  } catch {
    return false;
  }
}
