import type { PasswordHasher } from '../accounts/passwords/passwords.js';
import type { Database } from '../database/database.js';
import type { Clock } from '../values/clock.js';
import type { Sealer } from '../values/sealing.js';
import type { Config } from './config.js';
import { prepareDemoCompany } from './demo/load-demo-company.js';
import { insertFirstAdmin, type NewAccount, prepareFirstAdmin } from './first-admin.js';

interface FirstAccountsDeps {
  database: Database;
  clock: Clock;
  passwords: PasswordHasher;
  vault: Sealer | undefined;
}

interface FirstAccountsOptions {
  withDemo: boolean;
  /** Shows the accounts to whoever starts Stipend. */
  announce: (accounts: NewAccount[]) => void;
  onProgress: (message: string) => void;
}

/**
 * Creates the first admin in a database without users, and the demo company if wanted, in one transaction.
 *
 * @returns the new accounts, none when the database has users
 */
export async function createFirstAccounts(
  deps: FirstAccountsDeps,
  config: Pick<Config, 'adminUsername' | 'adminPassword'>,
  { withDemo, announce, onProgress }: FirstAccountsOptions,
): Promise<NewAccount[]> {
  const admin = await prepareFirstAdmin(deps, config);
  if (!admin) return [];
  if (withDemo) onProgress('Loading the demo company');
  const demo = withDemo ? await prepareDemoCompany(deps) : undefined;
  return deps.database.transaction(async (tx) => {
    if (!(await insertFirstAdmin(tx, admin))) return [];
    const accounts = [admin.account, ...((await demo?.load(tx, admin.row.id)) ?? [])];
    // Before the commit, so that a killed process never leaves an account whose password nobody has seen.
    announce(accounts);
    return accounts;
  });
}
