import { createPasswordHasher } from '../auth/passwords.js';
import { seedBanner } from '../banner.js';
import { systemClock } from '../clock.js';
import { loadDemoCompany } from '../demo/load-demo-company.js';
import { createSealer } from '../sealing.js';
import { openStore } from '../store.js';
import { createFirstAdmin } from '../users/first-admin.js';
import type { CommandContext } from './command.js';

/**
 * `npm run seed`: loads the demo company into an empty database.
 *
 * @throws DemoError when there are employees already
 */
export async function seed({ config, log, print, onProgress }: CommandContext): Promise<void> {
  const store = await openStore(config, { log, onProgress, beside: true });
  try {
    const deps = {
      database: store.database,
      clock: systemClock,
      passwords: await createPasswordHasher({ concurrency: 1, longestQueue: 10 }),
      vault: store.dataKey && createSealer(store.dataKey, 'bank account'),
    };
    const admin = await createFirstAdmin(deps, config);
    onProgress('Loading the demo company');
    const accounts = await loadDemoCompany(deps);
    print(seedBanner([...(admin ? [admin] : []), ...accounts]));
  } finally {
    await store.close();
  }
}
