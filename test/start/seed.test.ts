import { expect, test } from 'vitest';
import { seed } from '../../src/commands/seed.js';
import type { TestDatabase } from '../database.js';
import {
  cleanUp,
  newDatabase,
  newEmptyDatabase,
  printedAccounts,
  roleOf,
  runHere,
  serveHere,
  spawnSeed,
} from './support.js';

cleanUp();

/** @returns the accounts that `npm run seed` prints */
async function accountsOf(env: Record<string, string>): Promise<Map<string, string>> {
  const output = await runHere(seed, env);
  return printedAccounts({ stdout: () => output });
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
  const run = spawnSeed(database.env);
  expect(await run.exited, run.stderr()).toEqual({ code: 0, signal: null });
  expect(run.stderr()).toBe('');
  const accounts = printedAccounts(run);
  expect([...accounts.keys()].sort()).toEqual(['admin', 'fernando', 'jonas']);
  const before = await contents(database);
  expect(before.length).toBeGreaterThan(300);
  first = { accounts, contents: before };

  await expect(runHere(seed, database.env)).rejects.toThrow('empty database');
  expect(await contents(database)).toEqual(before);

  const stipend = await serveHere(database.env);
  expect(printedAccounts(stipend).size).toBe(0);
  expect(await roleOf(stipend.url, 'admin', accounts.get('admin'))).toBe('ADMIN');
  expect(await roleOf(stipend.url, 'fernando', accounts.get('fernando'))).toBe('VIEWER');
  expect(await roleOf(stipend.url, 'jonas', accounts.get('jonas'))).toBe('EMPLOYEE');
});

test('seed loads the same company into every database, also one that a server runs on, with other passwords', async () => {
  const database = await newDatabase();
  const stipend = await serveHere(database.env);
  const accounts = await accountsOf(database.env);
  expect([...accounts.keys()].sort()).toEqual(['fernando', 'jonas']);
  expect(accounts.get('fernando')).not.toBe(first.accounts.get('fernando'));
  expect(await contents(database)).toEqual(first.contents);
  expect(await roleOf(stipend.url, 'admin', printedAccounts(stipend).get('admin'))).toBe('ADMIN');
  expect(await roleOf(stipend.url, 'fernando', accounts.get('fernando'))).toBe('VIEWER');
});
