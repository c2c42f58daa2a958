import { longestName, parseEmail } from '../../employees/parse-employee-edit.js';
import { parseAccountNumber, parseCountry } from '../../values/account-number.js';
import { accountColumns, longestHolder, requireVault } from '../../values/bank-account.js';
import { newId } from '../../values/ids.js';
import { parseCurrency, parseMoney } from '../../values/money.js';
import type { Sealer } from '../../values/sealing.js';
import { parseText } from '../../values/text.js';
import { moneyOf, oneOf, parseCsvDay } from './fields.js';
import type { FileKind } from './file-kind.js';
import type { LineReader } from './line-reader.js';

const bankColumns = ['bank_holder', 'bank_country', 'bank_account_number'] as const;

const text = (value: string, column: string) => parseText(value, column, longestName);
const unit = oneOf(['YEAR', 'MONTH', 'HOUR']);

function parseLine(line: LineReader, { now, vault }: { now: Date; vault: Sealer | undefined }): object {
  const hiredOn = line.required('hired_on', parseCsvDay);
  const terminatedOn = line.optional('terminated_on', parseCsvDay);
  if (hiredOn && terminatedOn && terminatedOn < hiredOn) {
    line.report('terminated_on', '"terminated_on" is before "hired_on".');
  }
  const id = newId(now);
  return {
    id,
    name: line.required('name', text),
    email: line.required('email', (value) => parseEmail(value)),
    title: line.required('title', text),
    department: line.required('department', text),
    hired_on: hiredOn,
    terminated_on: terminatedOn,
    ...moneyOf(line, 'salary', { currency: parseCurrency, money: parseMoney }),
    unit: line.required('salary_unit', unit),
    ...bankOf(line, id, vault),
  };
}

function bankOf(line: LineReader, id: string, vault: Sealer | undefined) {
  const missing = bankColumns.filter((column) => line.fields[column] === undefined);
  if (missing.length === bankColumns.length) return {};
  for (const column of missing) line.report(column, `${bankColumns.join(', ')}: all of them or none.`);
  const holder = line.optional('bank_holder', (value, column) => parseText(value, column, longestHolder));
  const country = line.optional('bank_country', parseCountry);
  const accountNumber = line.optional('bank_account_number', (value, column) =>
    country === undefined ? undefined : parseAccountNumber(value, country, column),
  );
  if (holder === undefined || country === undefined || accountNumber === undefined) return {};
  const account = { holder, country, accountNumber, lastFour: accountNumber.slice(-4) };
  const bank = line.attempt('bank_account_number', () =>
    accountColumns(account, (number) => requireVault(vault, 'bank_account_number').seal(number, id)),
  );
  return (
    bank && {
      bank_holder: bank.bankHolder,
      bank_country: bank.bankCountry,
      bank_last_four: bank.bankLastFour,
      bank_account_sealed: `\\x${Buffer.from(bank.bankAccountSealed).toString('hex')}`,
    }
  );
}

/** An employee who is there already, with the first day of an employment, is left as is. */
export const employeeFile: FileKind = {
  name: 'employees',
  required: ['name', 'email', 'title', 'department', 'hired_on', 'salary', 'currency', 'salary_unit'],
  optional: ['terminated_on', ...bankColumns],
  parseLine,
  columns: `id uuid, name text, email text, title text, department text, hired_on date, terminated_on date,
    amount_minor bigint, currency text, unit pay_period_unit, bank_holder text, bank_country text, bank_last_four text,
    bank_account_sealed bytea`,
  prepare: `ALTER TABLE staged ADD COLUMN email_key text; UPDATE staged SET email_key = fold_case(email);
    CREATE INDEX ON staged (email_key)`,
  isThere: `EXISTS (SELECT FROM employee_emails k JOIN employments m ON m.employee_id = k.employee_id
    WHERE k.email_key = s.email_key AND m.started_on = s.hired_on)`,
  checks: [
    `SELECT line, 'email' AS "column", 'Line ' || first || ' has the same email address.' AS message
     FROM (SELECT line, min(line) OVER (PARTITION BY email_key) AS first FROM staged) s WHERE line <> first`,
    `SELECT s.line, 'email' AS "column", 'An employee with this email address is there, with another first day: '
       || e.hired_on || '.' AS message
     FROM staged s JOIN employee_emails k ON k.email_key = s.email_key JOIN employees e ON e.id = k.employee_id
     WHERE NOT EXISTS (SELECT FROM employments m WHERE m.employee_id = e.id AND m.started_on = s.hired_on)`,
  ],
  insert: `WITH new AS (SELECT * FROM staged s WHERE line > $1 AND line <= $2 AND NOT is_there),
    hired AS (
      INSERT INTO employees (id, name, email, title, department, hired_on, terminated_on, bank_holder, bank_country,
        bank_last_four, bank_account_sealed, created_at, updated_at)
      SELECT id, name, email, title, department, hired_on, terminated_on, bank_holder, bank_country, bank_last_four,
        bank_account_sealed, $4, $4 FROM new
      RETURNING id
    ),
    paid AS (
      INSERT INTO salary_changes (id, employee_id, effective_from, amount_minor, currency, unit, changed_by, changed_at)
      SELECT id, id, hired_on, amount_minor, currency, unit, $3, $4 FROM new
    )
    INSERT INTO audit_entries (id, at, actor_id, action, subject, changes, ip)
    SELECT new.id, $4, $3, 'employee.hired', new.id, jsonb_build_array(
      jsonb_build_object('field', 'name', 'before', NULL, 'after', name),
      jsonb_build_object('field', 'email', 'before', NULL, 'after', email),
      jsonb_build_object('field', 'hiredOn', 'before', NULL, 'after', hired_on),
      jsonb_build_object('field', 'terminatedOn', 'before', NULL, 'after', terminated_on),
      jsonb_build_object('field', 'imported', 'before', NULL, 'after', 'line ' || line)), $5
    FROM new JOIN hired ON hired.id = new.id`,
  values: ({ actorId, now, ip }) => [actorId, now.toISOString(), ip],
};
