import { onTestFinished } from 'vitest';
import { parseConfig } from '../../src/start/config.js';
import { openStore, type Store } from '../../src/start/store.js';
import { createLog } from '../../src/telemetry/log.js';
import { jwtSecret } from '../harness.js';

/** Opens a database as a start does; it closes with the test. */
export async function useStore(databaseUrl: string): Promise<Store> {
  const config = parseConfig({ DATABASE_URL: databaseUrl, JWT_SECRET: jwtSecret });
  const store = await openStore(config, { log: createLog('silent', { write: () => {} }) });
  onTestFinished(() => store.close());
  return store;
}
