import { createPasswordHasher } from '../accounts/passwords/passwords.js';
import { accountsText } from '../start/banner.js';
import { loadDemoCompany } from '../start/demo/load-demo-company.js';
import { createFirstAccounts } from '../start/first-accounts.js';
import type { NewAccount } from '../start/first-admin.js';
import { openStore } from '../start/store.js';
import { systemClock } from '../values/clock.js';
import { createSealer } from '../values/sealing.js';
import type { CommandContext } from './command.js';

/**
 * `npm run seed`: loads the demo company into an empty database.
 *
 * @throws DemoError when the database has employees
 */
export async function seed({ config, log, print, onProgress }: CommandContext): Promise<void> {
  const store = await openStore(config, { log, onProgress, beside: true });
  try {
    const deps = {
      database: store.database,
      clock: systemClock,
      passwords: await createPasswordHasher({ concurrency: 1, maxQueue: 10 }),
      vault: store.dataKey && createSealer(store.dataKey, 'bank account'),
    };
    const announce = (accounts: NewAccount[]) => print(accountsText(accounts));
    const created = await createFirstAccounts(deps, config, { withDemo: true, announce, onProgress });
    if (created.length === 0) await loadDemoCompany(deps, announce);
    print('The demo company is loaded.\n');
  } finally {
    await store.close();
  }
}
