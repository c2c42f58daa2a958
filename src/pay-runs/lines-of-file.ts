import { rowsWithin, type Transaction } from '../database/database.js';
import { sql } from '../database/sql.js';
import type { CsvProblem } from '../values/csv.js';
import { type Money, parseMoney } from '../values/money.js';
import { linesWithoutRate, membersAmong, usableCodes } from './entries.js';
import { columnOf, type FileLine } from './parse-lines-file.js';
import type { EnteredLine } from './parse-pay-run-edit.js';

/** @returns the lines of a file as they are entered, and what keeps them from it */
export async function linesOfFile(
  tx: Transaction,
  runId: string,
  given: readonly FileLine[],
): Promise<{ lines: EnteredLine[]; problems: CsvProblem[] }> {
  const people = await findPeople(tx, runId, given);
  const codes = await usableCodes(
    tx,
    given.flatMap(({ code }) => (code === null ? [] : [{ code }])),
  );
  const members = await membersAmong(
    tx,
    runId,
    [...people.values()].map(({ id }) => id),
  );
  const problems: CsvProblem[] = [];
  const seen = new Map<string, number>();
  const lines = given.flatMap(({ line, employee, code, amount, units, note }) => {
    const person = employee === null ? undefined : people.get(employee);
    const refuse = (column: string, message: string) => problems.push({ line, column, message });
    if (employee !== null && !person) refuse('employee', 'There is no such employee.');
    if (person && !members.has(person.id)) refuse('employee', 'The employee is not in the pay run.');
    if (code !== null && !codes.has(code))
      refuse('code', `There is no component "${code}" that can be used.`);
    if (!person || code === null) return [];
    const key = `${person.id} ${code}`;
    const other = seen.get(key);
    if (other !== undefined) refuse('code', `Line ${other} is of this employee and code, too.`);
    seen.set(key, other ?? line);
    // Without an item there is no currency, and a problem already.
    const isMember = members.has(person.id);
    const money = columnOf(
      line,
      'amount',
      () => (isMember ? amountOf(amount, person.currency) : null),
      problems,
    );
    return [{ line, employeeId: person.id, code, amount: money, units, note }];
  });
  for (const place of await linesWithoutRate(tx, runId, lines)) {
    const { line = 0, code = '' } = lines[place] ?? {};
    if (!codes.has(code)) continue;
    problems.push({ line, column: 'units', message: `The employee has no rate of ${code} in the period.` });
  }
  return { lines, problems };
}

function amountOf(amount: FileLine['amount'], currency: string): Money | null {
  if (amount === null || 'currency' in amount) return amount;
  return parseMoney({ amount: amount.text, currency }, 'amount');
}

interface Person {
  id: string;
  /** Of the item. */
  currency: string;
}

/** By what the file calls them. */
async function findPeople(
  tx: Transaction,
  runId: string,
  lines: readonly FileLine[],
): Promise<Map<string, Person>> {
  const names = [...new Set(lines.flatMap(({ employee }) => employee ?? []))];
  const found = await rowsWithin<Person & { name: string }>(
    tx,
    sql`
    SELECT w.name, e.id::text AS id, coalesce(i.currency, '') AS currency
    FROM unnest(${names}::text[]) AS w (name)
      LEFT JOIN employee_emails m ON m.email_key = w.name
      JOIN employees e ON e.id = m.employee_id OR e.id::text = w.name
      LEFT JOIN pay_run_items i ON i.pay_run_id = ${runId}::uuid AND i.employee_id = e.id`,
  );
  return new Map(found.map(({ name, id, currency }) => [name, { id, currency }]));
}
