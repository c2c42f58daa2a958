import { createPasswordHasher } from '../auth/passwords.js';
import { accountsText } from '../banner.js';
import { systemClock } from '../clock.js';
import { loadDemoCompany } from '../demo/load-demo-company.js';
import { createSealer } from '../sealing.js';
import { openStore } from '../store.js';
import { createFirstAccounts } from '../users/first-accounts.js';
import type { NewAccount } from '../users/first-admin.js';
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
    const announce = (accounts: NewAccount[]) => print(accountsText(accounts));
    const made = await createFirstAccounts(deps, config, { withDemo: true, announce, onProgress });
    if (made.length === 0) await loadDemoCompany(deps, announce);
    print('The demo company is loaded.\n');
  } finally {
    await store.close();
  }
}
