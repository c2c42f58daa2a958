import { expect, test } from 'vitest';
import { DemoError } from '../../src/start/demo/load-demo-company.js';
import { insertEmployee, insertUser } from '../factories.js';
import { readEverything } from '../invariants.js';
import { type EmptyCompany, useEmptyCompany } from './support.js';

async function expectRefusal({ database, load }: EmptyCompany, message: RegExp): Promise<void> {
  const before = await readEverything(database);
  const refusal: unknown = await load().catch((error: unknown) => error);
  if (!(refusal instanceof DemoError)) throw new Error('it was not refused');
  expect(refusal.message).toMatch(message);
  expect(refusal.message).toMatch(/^[^\n]{10,120}$/);
  expect(await readEverything(database)).toEqual(before);
}

test('a database that has an employee is refused in one line and stays as it is', async () => {
  const company = await useEmptyCompany();
  await insertEmployee(company.database);
  await expectRefusal(company, /empty database.*employees/);
});

test('a second load is refused in one line and changes nothing', async () => {
  const company = await useEmptyCompany();
  await company.load();
  await expectRefusal(company, /empty database.*employees/);
});

test('without an admin it is refused in one line and changes nothing', async () => {
  const company = await useEmptyCompany(null);
  await insertUser(company.database, { username: 'viewer', role: 'VIEWER' });
  await expectRefusal(company, /admin/);
});

test('of two loads at once one is refused, and the company is there once', async () => {
  const company = await useEmptyCompany();
  const outcomes = await Promise.allSettled([company.load(), company.load()]);
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
  expect(refused.map(({ reason }) => reason)).toEqual([expect.any(DemoError)]);
  const users = await company.database.sql('SELECT username FROM users ORDER BY username');
  expect(users).toEqual([{ username: 'admin' }, { username: 'fernando' }, { username: 'jonas' }]);
});

test('an admin by the name of a demo user keeps the name, and the rest of the company is loaded', async () => {
  const company = await useEmptyCompany('Fernando');
  const accounts = await company.load();
  expect(accounts).toEqual([{ username: 'jonas', role: 'EMPLOYEE', generatedPassword: expect.any(String) }]);
  const users = await company.database.sql('SELECT username, role FROM users ORDER BY username');
  expect(users).toEqual([
    { username: 'Fernando', role: 'ADMIN' },
    { username: 'jonas', role: 'EMPLOYEE' },
  ]);
});
