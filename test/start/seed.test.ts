import { expect, test } from 'vitest';
import type { TestDatabase } from '../database.js';
import {
  cleanUp,
  newDatabase,
  newEmptyDatabase,
  printedAccounts,
  refusal,
  roleOf,
  spawnSeed,
  start,
  stop,
} from './support.js';

cleanUp();

/** Runs `npm run seed`'s command. @returns the accounts that it printed */
async function seed(env: Record<string, string>): Promise<Map<string, string>> {
  const run = spawnSeed(env);
  expect(await run.exited, run.stderr()).toEqual({ code: 0, signal: null });
  expect(run.stderr()).toBe('');
  return printedAccounts(run);
}

/** What the first test has loaded, for the second. */
let first: { accounts: Map<string, string>; contents: unknown[] };

/** All that is the same wherever the demo company is loaded. */
async function contents(database: TestDatabase): Promise<unknown[]> {
  return database.sql(
    `SELECT e.id, e.name, e.email, e.department, e.hired_on, e.terminated_on, e.bank_last_four,
       s.effective_from, s.amount_minor AS salary, s.currency, s.unit,
       p.id AS payment, p.amount_minor, p.kind, p.period_start, p.issued_at, p.voided_at
     FROM employees e JOIN salary_changes s ON s.employee_id = e.id LEFT JOIN payments p ON p.employee_id = e.id
     ORDER BY e.id, s.id, p.id`,
  );
}

test('seed loads the demo company into an empty database, its accounts log in, and a second one is refused', async () => {
  const database = await newEmptyDatabase();
  const accounts = await seed(database.env);
  expect([...accounts.keys()].sort()).toEqual(['admin', 'fernando', 'jonas']);
  const before = await contents(database);
  expect(before.length).toBeGreaterThan(300);
  first = { accounts, contents: before };

  const lines = await refusal(spawnSeed(database.env));
  expect(lines).toEqual([expect.stringContaining('empty database')]);
  expect(await contents(database)).toEqual(before);

  const stipend = await start(database.env);
  expect(printedAccounts(stipend).size).toBe(0);
  expect(await roleOf(stipend.url, 'admin', accounts.get('admin'))).toBe('ADMIN');
  expect(await roleOf(stipend.url, 'fernando', accounts.get('fernando'))).toBe('VIEWER');
  expect(await roleOf(stipend.url, 'jonas', accounts.get('jonas'))).toBe('EMPLOYEE');
  await stop(stipend);
});

test('seed loads the same company into every database, also one that a server runs on, with other passwords', async () => {
  const database = await newDatabase();
  const stipend = await start(database.env);
  const accounts = await seed(database.env);
  expect([...accounts.keys()].sort()).toEqual(['fernando', 'jonas']);
  expect(accounts.get('fernando')).not.toBe(first.accounts.get('fernando'));
  expect(await contents(database)).toEqual(first.contents);
  expect(await roleOf(stipend.url, 'admin', printedAccounts(stipend).get('admin'))).toBe('ADMIN');
  expect(await roleOf(stipend.url, 'fernando', accounts.get('fernando'))).toBe('VIEWER');
  await stop(stipend);
});
