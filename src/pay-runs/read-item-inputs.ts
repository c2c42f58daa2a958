import { rowsWithin, type Transaction } from '../database/database.js';
import { type Sql, sql } from '../database/sql.js';
import type { Period } from '../values/dates.js';
import {
  type ComponentRow,
  componentsOf,
  type EntryRow,
  entriesOf,
  toComponent,
  toEntry,
} from './component-rows.js';
import {
  type LastRow,
  lastItemsOf,
  type OwedRow,
  owedBy,
  type PaidItemRow,
  paidItemsOf,
  toOwed,
  toPaidItem,
} from './earlier-runs.js';
import type { ItemInput, RunInput, Salary, Span, StoredRun } from './item-input.js';
import { type VoidedEntryRow, voidedEntriesOf, withVoided } from './voided-entries.js';

/** What the rows of a query are of. */
type OfEmployee<Row> = Row & { employeeId: string };

/**
 * Reads what the items of some employees are computed of, by a statement for each kind of row.
 *
 * @param employeeIds a batch of them: its size is the bound of what is in memory at once
 * @returns in the order of the ids
 */
export async function readItemInputs(
  tx: Transaction,
  run: StoredRun,
  employeeIds: readonly string[],
): Promise<ItemInput[]> {
  const ids = sql`${employeeIds}::uuid[]`;
  const read = async <Row>(statement: Sql) => byEmployee(await rowsWithin<OfEmployee<Row>>(tx, statement));
  const employees = await read<EmployeeRow>(employeesOf(ids));
  const employments = await read<Span>(employmentsOf(ids));
  const salaries = await read<SalaryRow>(salariesOf(ids, run));
  const components = await read<ComponentRow>(componentsOf(ids, run));
  const entries = await read<EntryRow>(entriesOf(ids, run.id));
  const voidedEntries =
    run.kind === 'OFF_CYCLE' ? await read<VoidedEntryRow>(voidedEntriesOf(ids, run)) : new Map<string, []>();
  const paid = await read<PaidRow>(paidPeriodsOf(ids, run));
  const owed = await read<OwedRow>(owedBy(ids));
  const paidItems = await read<PaidItemRow>(paidItemsOf(ids, run));
  const last = await read<LastRow>(lastItemsOf(ids, run));
  return employeeIds.map((employeeId) => {
    const [employee] = employees.get(employeeId) ?? [];
    if (!employee) throw new Error('an employee of a pay run is missing');
    const payments = paid.get(employeeId) ?? [];
    const counting = payments.filter(({ voided }) => !voided);
    const entered = (entries.get(employeeId) ?? []).map(toEntry);
    const [lastItem] = last.get(employeeId) ?? [];
    return {
      employeeId,
      name: employee.name,
      accountMark: employee.accountMark,
      hasBeenPaid: employee.hasBeenPaid,
      employments: employments.get(employeeId) ?? [],
      salaries: (salaries.get(employeeId) ?? []).map(toSalary),
      components: (components.get(employeeId) ?? []).map(toComponent),
      entries: withVoided(entered, voidedEntries.get(employeeId) ?? [], counting),
      paid: counting,
      voided: payments.filter(({ voided }) => voided),
      owed: (owed.get(employeeId) ?? []).map(toOwed),
      paidItems: (paidItems.get(employeeId) ?? []).map(toPaidItem),
      last: lastItem
        ? {
            net: { amountMinor: BigInt(lastItem.netMinor), currency: lastItem.currency },
            accountMark: lastItem.accountMark,
          }
        : null,
    };
  });
}

function byEmployee<Row extends { employeeId: string }>(rows: readonly Row[]): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.employeeId);
    if (group) group.push(row);
    else groups.set(row.employeeId, [row]);
  }
  return groups;
}

interface EmployeeRow {
  name: string;
  accountMark: string | null;
  hasBeenPaid: boolean;
}

function employeesOf(ids: Sql): Sql {
  return sql`
    SELECT e.id::text AS "employeeId", e.name, encode(sha256(e.bank_account_sealed), 'hex') AS "accountMark",
      EXISTS (SELECT FROM payments p WHERE p.employee_id = e.id AND p.voided_at IS NULL) AS "hasBeenPaid"
    FROM employees e WHERE e.id IN (SELECT unnest(${ids}))`;
}

function employmentsOf(ids: Sql): Sql {
  return sql`
    SELECT employee_id::text AS "employeeId", started_on::text AS "start", ended_on::text AS "end"
    FROM employments WHERE employee_id IN (SELECT unnest(${ids})) ORDER BY started_on`;
}

interface SalaryRow {
  from: string;
  amountMinor: string;
  currency: string;
  unit: Salary['unit'];
}

/** Those that are in force until the period's end; of a day, the newest. The first one of all where none is. */
function salariesOf(ids: Sql, { period }: RunInput): Sql {
  return sql`
    SELECT "employeeId", effective_from::text AS "from", amount_minor::text AS "amountMinor", currency,
      unit::text AS unit
    FROM (
      SELECT DISTINCT ON (employee_id, effective_from) employee_id::text AS "employeeId", effective_from, amount_minor,
        currency, unit, min(effective_from) OVER (PARTITION BY employee_id) AS first
      FROM salary_changes WHERE employee_id IN (SELECT unnest(${ids}))
      ORDER BY employee_id, effective_from, id DESC
    ) s
    WHERE effective_from <= ${period.end}::date OR effective_from = first
    ORDER BY effective_from`;
}

function toSalary({ from, amountMinor, currency, unit }: SalaryRow): Salary {
  return { from, amountMinor: BigInt(amountMinor), currency, unit };
}

type PaidRow = Period & { voided: boolean };

/** By payments, and by items whose salary went into deductions altogether, so that there is no payment. */
function paidPeriodsOf(ids: Sql, { period }: RunInput): Sql {
  const days = sql`daterange(${period.start}::date, ${period.end}::date, '[]')`;
  return sql`
    SELECT employee_id::text AS "employeeId", period_start::text AS "start", period_end::text AS "end",
      voided_at IS NOT NULL AS voided
    FROM payments
    WHERE employee_id IN (SELECT unnest(${ids})) AND kind = 'SALARY' AND daterange(period_start, period_end, '[]') && ${days}
    UNION ALL
    SELECT i.employee_id::text, i.pays_from::text, i.pays_to::text, false
    FROM pay_run_items i JOIN pay_runs r ON r.id = i.pay_run_id AND r.status = 'ISSUED'
    WHERE i.employee_id IN (SELECT unnest(${ids})) AND i.payment_id IS NULL AND i.pays_from IS NOT NULL
      AND daterange(i.pays_from, i.pays_to, '[]') && ${days}
    ORDER BY "start"`;
}
