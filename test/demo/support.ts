import { afterAll } from 'vitest';
import { createPasswordHasher } from '../../src/accounts/passwords/passwords.js';
import { createApp } from '../../src/start/app.js';
import { type Config, parseConfig } from '../../src/start/config.js';
import { loadDemoCompany } from '../../src/start/demo/load-demo-company.js';
import { createFirstAccounts } from '../../src/start/first-accounts.js';
import type { NewAccount } from '../../src/start/first-admin.js';
import { openStore } from '../../src/start/store.js';
import { createLog } from '../../src/telemetry/log.js';
import { createSealer, type Sealer } from '../../src/values/sealing.js';
import { createDatabase, type TestDatabase } from '../database.js';
import { adminPassword, jwtSecret, TestClock } from '../harness.js';

/** A new database, and what loads the demo company into it. */
export interface EmptyCompany {
  database: TestDatabase;
  vault: Sealer;
  clock: TestClock;
  load(): Promise<NewAccount[]>;
  /** Serves it. @returns the URL */
  serve(): Promise<string>;
}

const passwords = await createPasswordHasher({ concurrency: 2, maxQueue: 10 });
const log = createLog('silent', { write: () => {} });

/** @param admin the first admin's name; null leaves the database without any user */
export async function useEmptyCompany(admin: string | null = 'admin'): Promise<EmptyCompany> {
  const database = await createDatabase();
  const closings: Array<() => Promise<void>> = [];
  afterAll(async () => {
    for (const close of closings) await close();
    await database.drop();
  });
  const config: Config = parseConfig({
    PORT: '0',
    DATABASE_URL: database.url,
    JWT_SECRET: jwtSecret,
    DATA_KEY: 'a data key for tests, of more than 32 bytes',
    ADMIN_PASSWORD: adminPassword,
    ...(admin !== null && { ADMIN_USERNAME: admin }),
  });
  const store = await openStore(config, { log });
  closings.push(() => store.close());
  if (!store.dataKey) throw new Error('there is no data key');
  const vault = createSealer(store.dataKey, 'bank account');
  const clock = new TestClock();
  const deps = { database: store.database, clock, passwords, vault };
  const silently = { announce: () => {}, onProgress: () => {} };
  if (admin !== null) await createFirstAccounts(deps, config, { withDemo: false, ...silently });
  return {
    database,
    vault,
    clock,
    load: async () => {
      const made: NewAccount[] = [];
      await loadDemoCompany(deps, (accounts) => made.push(...accounts));
      return made;
    },
    serve: async () => {
      const app = await createApp(config, { clock, log });
      closings.unshift(() => app.stop());
      return app.url;
    },
  };
}

/** Every row of the demo company's tables, without what is another's each time: the users' ids, times and passwords. */
export async function readCompany(database: TestDatabase): Promise<Record<string, string[]>> {
  const tables = {
    employees: `SELECT to_jsonb(e) - 'bank_account_sealed' AS row FROM employees e`,
    salaryChanges: `SELECT to_jsonb(c) - 'changed_by' || jsonb_build_object('by', u.username) AS row
      FROM salary_changes c JOIN users u ON u.id = c.changed_by`,
    payments: `SELECT to_jsonb(p) - '{issued_by,voided_by}'::text[] || jsonb_build_object('by', u.username, 'voided', v.username)
      AS row FROM payments p JOIN users u ON u.id = p.issued_by LEFT JOIN users v ON v.id = p.voided_by`,
    users: `SELECT to_jsonb(u) - '{id,password_hash,created_at,updated_at}'::text[] AS row FROM users u`,
    payRuns: 'SELECT to_jsonb(r) AS row FROM pay_runs r',
  };
  const read: Record<string, string[]> = {};
  for (const [name, query] of Object.entries(tables)) {
    const rows = await database.sql<{ row: object }>(query);
    read[name] = rows.map(({ row }) => JSON.stringify(row)).sort();
  }
  return read;
}
