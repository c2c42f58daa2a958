import { expect, test } from 'vitest';
import { minorDigits } from '../../src/values/currencies.js';
import { logIn, send } from '../client.js';
import { adminPassword } from '../harness.js';
import { readCompany, useEmptyCompany } from './support.js';

const company = await useEmptyCompany();
const accounts = await company.load();
const { database } = company;
const url = await company.serve();

async function values(query: string): Promise<unknown[]> {
  const rows = await database.sql<{ value: unknown }>(query);
  return rows.map(({ value }) => value);
}

test('there are at least 25 employees in 4 departments, hired over several years', async () => {
  const employees = await database.sql<{ department: string; year: string; email: string; title: string }>(
    'SELECT department, to_char(hired_on, $1) AS year, email, title FROM employees',
    ['YYYY'],
  );
  expect(employees.length).toBeGreaterThanOrEqual(25);
  expect(new Set(employees.map(({ department }) => department)).size).toBe(4);
  expect(new Set(employees.map(({ year }) => year)).size).toBeGreaterThanOrEqual(4);
  for (const { email, title } of employees) {
    expect(email).toMatch(/^[a-z.]+@example\.com$/);
    expect(title).not.toBe('');
  }
});

test('exactly one employee has left, and is paid nothing for the time after', async () => {
  const left = await database.sql<{ id: string; terminated_on: string }>(
    'SELECT id, terminated_on::text FROM employees WHERE terminated_on IS NOT NULL',
  );
  expect(left).toHaveLength(1);
  const late = await database.sql(
    'SELECT 1 FROM payments p JOIN employees e ON e.id = p.employee_id WHERE p.period_end > e.terminated_on',
  );
  expect(late).toEqual([]);
  const token = await logIn(url, 'admin', adminPassword);
  const answer = await send(url, {
    query: '{ employees(filter: { status: TERMINATED }) { nodes { id } } }',
    token,
  });
  expect(answer.data.employees.nodes).toEqual([{ id: left[0]?.id }]);
});

test('salaries are in three currencies or more, of 0, 2 and 3 minor digits, and payments in the same', async () => {
  const salaries = await values('SELECT DISTINCT currency AS value FROM salary_changes ORDER BY 1');
  const payments = await values('SELECT DISTINCT currency AS value FROM payments ORDER BY 1');
  expect(payments).toEqual(salaries);
  expect(salaries.length).toBeGreaterThanOrEqual(3);
  const digits = new Set(salaries.map((currency) => minorDigits(String(currency))));
  expect(digits).toEqual(new Set([0, 2, 3]));
  const foreign = await database.sql(
    `SELECT 1 FROM payments p WHERE NOT EXISTS (
       SELECT 1 FROM salary_changes c WHERE c.employee_id = p.employee_id AND c.currency = p.currency)`,
  );
  expect(foreign).toEqual([]);
});

test('there are more than 300 payments: a year of monthly salaries, and bonuses', async () => {
  const kinds = await database.sql<{ kind: string; count: string }>(
    'SELECT kind, count(*) FROM payments WHERE voided_at IS NULL GROUP BY kind ORDER BY kind',
  );
  const counts = new Map(kinds.map(({ kind, count }) => [kind, Number(count)]));
  const salaries = counts.get('SALARY') ?? 0;
  const bonuses = counts.get('BONUS') ?? 0;
  expect(salaries + bonuses).toBeGreaterThan(300);
  expect(bonuses).toBeGreaterThanOrEqual(10);
  const months = await database.sql<{ month: string; whole: boolean }>(
    `SELECT DISTINCT period_start::text AS month,
       extract(day FROM period_start) = 1 AND period_end = period_start + interval '1 month - 1 day' AS whole
     FROM payments WHERE kind = 'SALARY' ORDER BY 1`,
  );
  expect(months).toHaveLength(12);
  expect(months.every(({ whole }) => whole)).toBe(true);
  expect([months[0]?.month, months.at(-1)?.month]).toEqual(['2025-11-01', '2026-10-01']);
});

test('whoever is employed all year is paid each month, once, the share of the salary in force', async () => {
  const unpaid = await database.sql(
    `SELECT e.name, count(p.id) FROM employees e LEFT JOIN payments p
       ON p.employee_id = e.id AND p.kind = 'SALARY' AND p.voided_at IS NULL
     WHERE e.terminated_on IS NULL GROUP BY e.id HAVING count(p.id) <> 12`,
  );
  expect(unpaid).toEqual([]);
  const wrong = await database.sql(
    `SELECT p.id FROM payments p CROSS JOIN LATERAL (
       SELECT * FROM salary_changes c WHERE c.employee_id = p.employee_id AND c.effective_from <= p.period_start
       ORDER BY effective_from DESC LIMIT 1) s
     WHERE p.kind = 'SALARY' AND p.voided_at IS NULL
       AND p.amount_minor <> CASE s.unit WHEN 'YEAR' THEN s.amount_minor / 12 ELSE s.amount_minor END`,
  );
  expect(wrong).toEqual([]);
});

test('exactly one payment is voided, and one replaces it', async () => {
  const voided = await database.sql<{ id: string; replacement: string; same: boolean }>(
    `SELECT v.id, r.id AS replacement,
       (v.employee_id, v.period_start) = (r.employee_id, r.period_start) AND r.issued_at > v.issued_at AS same
     FROM payments v LEFT JOIN payments r ON r.replaces = v.id WHERE v.voided_at IS NOT NULL`,
  );
  expect(voided).toEqual([{ id: expect.any(String), replacement: expect.any(String), same: true }]);
  expect(await values('SELECT id AS value FROM payments WHERE replaces IS NOT NULL')).toEqual([
    voided[0]?.replacement,
  ]);
});

test('nothing of the demo lies in the future', async () => {
  const future = await database.sql(
    `SELECT 1 FROM payments WHERE greatest(issued_at, voided_at) > $1
     UNION ALL SELECT 1 FROM salary_changes WHERE changed_at > $1
     UNION ALL SELECT 1 FROM employees WHERE greatest(created_at, updated_at) > $1`,
    [company.clock.now()],
  );
  expect(future).toEqual([]);
});

test('each account number is sealed for its own employee and ends as it shows', async () => {
  const rows = await database.sql<{ id: string; bank_last_four: string; bank_account_sealed: Buffer }>(
    'SELECT id, bank_last_four, bank_account_sealed FROM employees',
  );
  for (const { id, bank_last_four, bank_account_sealed } of rows) {
    const accountNumber = company.vault.open(bank_account_sealed, id);
    expect(accountNumber).toMatch(/^\d{16}$/);
    expect(accountNumber.slice(-4)).toBe(bank_last_four);
    expect(bank_account_sealed.includes(accountNumber)).toBe(false);
  }
});

test('fernando reads everything, and the employee user no more than the own, with the passwords that were returned', async () => {
  expect(accounts).toEqual([
    { username: 'fernando', role: 'VIEWER', generatedPassword: expect.any(String) },
    { username: expect.any(String), role: 'EMPLOYEE', generatedPassword: expect.any(String) },
  ]);
  const query = `{ me { username role employee { name } } employees { totalCount } payments { totalCount } }`;
  const [everybody] = await values('SELECT count(*)::int AS value FROM employees');
  const [all] = await values('SELECT count(*)::int AS value FROM payments');
  for (const { username, role, generatedPassword = '' } of accounts) {
    expect(generatedPassword.length).toBeGreaterThanOrEqual(16);
    const token = await logIn(url, username, generatedPassword);
    const { data, errors } = await send(url, { query, token });
    expect(errors).toBeUndefined();
    expect(data.me).toMatchObject({ username, role });
    if (role === 'VIEWER') {
      expect([data.employees.totalCount, data.payments.totalCount]).toEqual([everybody, all]);
    } else {
      expect(data.me.employee.name).toEqual(expect.any(String));
      expect(data.employees.totalCount).toBe(1);
      expect(data.payments.totalCount).toBeGreaterThanOrEqual(12);
      expect(data.payments.totalCount).toBeLessThan(20);
    }
  }
});

test('every page of the demo’s payments can be read, in every currency’s own digits', async () => {
  const token = await logIn(url, 'admin', adminPassword);
  const query = `query ($after: String) { payments(first: 100, after: $after) {
    nodes { id amount { amount currency } employee { name } issuedBy { username } } pageInfo { hasNextPage endCursor } } }`;
  const seen: string[] = [];
  let after: string | null = null;
  do {
    const { data, errors } = await send(url, { query, variables: { after }, token });
    expect(errors).toBeUndefined();
    for (const { id, amount } of data.payments.nodes) {
      seen.push(id);
      expect(amount.amount.split('.')[1]?.length ?? 0).toBe(minorDigits(amount.currency));
    }
    after = data.payments.pageInfo.hasNextPage ? data.payments.pageInfo.endCursor : null;
  } while (after !== null);
  const rows = await values('SELECT id AS value FROM payments ORDER BY issued_at DESC, id DESC');
  expect(seen).toEqual(rows);
});

test('another database gets the same rows, down to the account numbers; only users and passwords are new', async () => {
  const again = await useEmptyCompany();
  again.clock.advance(40 * 86_400_000);
  const newAccounts = await again.load();
  expect(await readCompany(again.database)).toEqual(await readCompany(database));
  expect(newAccounts.map(({ username, role }) => ({ username, role }))).toEqual(
    accounts.map(({ username, role }) => ({ username, role })),
  );
  expect(newAccounts.map(({ generatedPassword }) => generatedPassword)).not.toEqual(
    accounts.map(({ generatedPassword }) => generatedPassword),
  );
  const sealed = 'SELECT id, bank_account_sealed FROM employees ORDER BY id';
  const before = await database.sql<{ id: string; bank_account_sealed: Buffer }>(sealed);
  const after = await again.database.sql<{ id: string; bank_account_sealed: Buffer }>(sealed);
  for (const [index, { id, bank_account_sealed }] of before.entries()) {
    const other = after[index]?.bank_account_sealed ?? Buffer.of();
    expect(again.vault.open(other, id)).toBe(company.vault.open(bank_account_sealed, id));
    expect(other.equals(bank_account_sealed)).toBe(false);
  }
});
