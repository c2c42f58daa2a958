import { createHash } from 'node:crypto';
import { parseEmail } from '../../employees/parse-employee-edit.js';
import { parsePeriod, startOfDay } from '../../values/dates.js';
import { uuidV7 } from '../../values/ids.js';
import { parseCurrencyOrEnded, parsePaidMoney } from '../../values/money.js';
import { parseText } from '../../values/text.js';
import { moneyOf, oneOf, parseCsvDay } from './fields.js';
import type { FileKind } from './file-kind.js';
import type { LineReader } from './line-reader.js';

const maxReferenceCharacters = 100;
const maxNoteCharacters = 500;
const kindOf = oneOf(['SALARY', 'BONUS', 'EXPENSE', 'CORRECTION']);

function parseLine(line: LineReader, { today }: { today: string }): object {
  const reference = line.required('reference', (text, column) =>
    parseText(text, column, maxReferenceCharacters),
  );
  const email = line.required('employee_email', (text) => parseEmail(text).toLowerCase());
  const kind = line.required('kind', kindOf);
  const paidOn = line.required('paid_on', parseCsvDay);
  if (paidOn && paidOn > today) line.report('paid_on', `"paid_on" is after today, ${today}.`);
  return {
    id: paidOn && idOf(paidOn, `${email}\n${reference}`),
    reference,
    email,
    kind,
    paid_on: paidOn,
    ...moneyOf(line, 'amount', { currency: parseCurrencyOrEnded, money: parsePaidMoney }),
    ...periodOf(line, kind === 'SALARY'),
    note: line.optional('note', (text, column) => parseText(text, column, maxNoteCharacters)),
  };
}

/** Depends on nothing but the line: the same file gives the same ids. */
function idOf(paidOn: string, label: string): string {
  const hash = createHash('sha256').update(`import ${label}`).digest('hex');
  return uuidV7(
    startOfDay(paidOn),
    `00000000-0000-4${hash.slice(0, 3)}-8${hash.slice(3, 6)}-${hash.slice(6, 18)}`,
  );
}

function periodOf(line: LineReader, isSalary: boolean) {
  const start = line.optional('period_start', parseCsvDay);
  const end = line.optional('period_end', parseCsvDay);
  const given = ['period_start', 'period_end'].filter((column) => line.fields[column] !== undefined);
  if (given.length === 1 || (isSalary && given.length === 0)) {
    const column = given[0] === 'period_start' ? 'period_end' : 'period_start';
    line.report(column, isSalary ? 'A SALARY needs both days of its period.' : `"${column}" is empty.`);
  }
  if (!start || !end) return {};
  const period = line.attempt('period_start', () => parsePeriod({ start, end }, 'period'));
  return period ? { period_start: period.start, period_end: period.end } : {};
}

/** A payment whose reference was imported for the employee before, with the same values, is left as is. */
export const paymentFile: FileKind = {
  name: 'payments',
  required: ['reference', 'employee_email', 'kind', 'amount', 'currency', 'paid_on'],
  optional: ['period_start', 'period_end', 'note'],
  parseLine,
  columns: `id uuid, reference text, email text, kind payment_kind, paid_on date, currency text, amount_minor bigint,
    period_start date, period_end date, note text`,
  prepare: `ALTER TABLE staged ADD COLUMN employee_id uuid;
    UPDATE staged s SET employee_id = k.employee_id FROM employee_emails k WHERE k.email_key = fold_case(s.email);
    CREATE INDEX ON staged (employee_id, reference)`,
  isThere: `EXISTS (SELECT FROM payments p WHERE p.employee_id = s.employee_id AND p.id = s.id)`,
  checks: [
    `SELECT line, 'employee_email' AS "column", 'There is no employee with this email address.' AS message
     FROM staged WHERE employee_id IS NULL`,
    `SELECT line, 'reference' AS "column", 'Line ' || first || ' has the same reference for this employee.' AS message
     FROM (SELECT line, min(line) OVER (PARTITION BY email, reference) AS first FROM staged) s WHERE line <> first`,
    `SELECT s.line, 'reference' AS "column", 'The reference was imported before, with other values.' AS message
     FROM staged s JOIN payments p ON p.employee_id = s.employee_id AND p.id = s.id
     WHERE (p.amount_minor, p.currency, p.kind, p.period_start, p.period_end, p.note)
       IS DISTINCT FROM (s.amount_minor, s.currency, s.kind, s.period_start, s.period_end, s.note)`,
    `SELECT s.line, 'reference' AS "column", 'The reference was imported before, with another day.' AS message
     FROM (SELECT DISTINCT employee_id FROM staged) w
     JOIN payments p ON p.employee_id = w.employee_id AND p.import_reference IS NOT NULL
     JOIN staged s ON s.employee_id = p.employee_id AND s.reference = p.import_reference WHERE s.id <> p.id`,
    `SELECT line, 'period_start' AS "column", 'A line before has a salary payment for some of these days.' AS message
     FROM (SELECT line, period_start, max(period_end) OVER (PARTITION BY email ORDER BY period_start, line
         ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS paid_until
       FROM staged WHERE kind = 'SALARY' AND period_start IS NOT NULL) s
     WHERE period_start <= paid_until`,
    `SELECT s.line, 'period_start' AS "column", 'The employee has a salary payment for some of these days.' AS message
     FROM staged s WHERE s.kind = 'SALARY' AND s.period_start IS NOT NULL AND NOT s.is_there AND EXISTS (
       SELECT FROM payments p WHERE p.employee_id = s.employee_id AND p.kind = 'SALARY' AND p.voided_at IS NULL
         AND daterange(p.period_start, p.period_end, '[]') && daterange(s.period_start, s.period_end, '[]'))`,
    `SELECT s.line, 'period_start' AS "column", 'The salary of some of these days went into the deductions of a pay run.' AS message
     FROM staged s WHERE s.kind = 'SALARY' AND s.period_start IS NOT NULL AND NOT s.is_there AND EXISTS (
       SELECT FROM pay_run_items i JOIN pay_runs r ON r.id = i.pay_run_id AND r.status = 'ISSUED'
       WHERE i.employee_id = s.employee_id AND i.net_minor = 0 AND i.pays_from IS NOT NULL
         AND daterange(i.pays_from, i.pays_to, '[]') && daterange(s.period_start, s.period_end, '[]'))`,
  ],
  insert: `INSERT INTO payments (id, employee_id, amount_minor, currency, kind, period_start, period_end, note, issued_at,
      issued_by, import_reference)
    SELECT id, employee_id, amount_minor, currency, kind, period_start, period_end, note,
      (paid_on + time '12:00') AT TIME ZONE (SELECT time_zone FROM company), $3, reference
    FROM staged WHERE line > $1 AND line <= $2 AND NOT is_there`,
  values: ({ actorId }) => [actorId],
};
