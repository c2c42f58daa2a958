import type { Viewer } from '../accounts/viewer.js';
import { type Database, type Sql, sql } from '../database/database.js';
import type { EmployeeResolvers } from '../generated/resolvers-types.js';
import type { EmployeeStatus, MaskedBankAccount, PayPeriodUnit } from '../generated/schema-types.js';
import { type PaymentPage, paymentRows } from '../payments/payment.js';
import type { Asked } from '../reads/asked.js';
import { instant, number, orNull, plain, text } from '../reads/json.js';
import { moneyJson } from '../reads/money-json.js';
import type { Page } from '../reads/pagination.js';
import { defineRows, joinPages, page, part, resolved, value } from '../reads/rows.js';
import type { Selection } from '../reads/selection.js';
import type { Clock } from '../values/clock.js';
import { type Day, dayOf, type Instant } from '../values/dates.js';
import type { ShownMoney } from '../values/money.js';
import { salaryInForce } from './salary-change.js';
import { visibleEmployees } from './visibility.js';

/**
 * An employee as the API shows one, with the salary that is in force today. Read for some of its fields, it has no more
 * than they are made of.
 */
export interface Employee {
  id: string;
  version: number;
  name: string;
  email: string;
  title: string;
  department: string;
  hiredOn: Day;
  terminatedOn: Day | null;
  status: EmployeeStatus;
  bankAccount: MaskedBankAccount | null;
  createdAt: Instant;
  updatedAt: Instant;
  salary: ShownMoney;
  salaryUnit: PayPeriodUnit;
  /** A page of the payments that was read along with the employee, and the name under which it is answered. */
  paymentsRead?: { as: string; page: PaymentPage };
}

export type EmployeePage = Page<Employee>;

const salary = sql`CROSS JOIN LATERAL (${salaryInForce(sql`e.id`, sql`today.day`)}) s`;

/** Of the table that goes by the name of `e`, with the day of today beside it. */
export const employeeRows = defineRows<Employee>(
  'Employee',
  {
    id: value(plain(sql`e.id`)),
    version: value(number(sql`e.version`)),
    name: value(text(sql`e.name`)),
    email: value(text(sql`e.email`)),
    title: value(text(sql`e.title`)),
    department: value(text(sql`e.department`)),
    hiredOn: value(plain(sql`e.hired_on`)),
    terminatedOn: value(orNull(sql`e.terminated_on`, plain)),
    // Whether the last day has passed.
    status: value(plain(sql`CASE WHEN e.terminated_on < today.day THEN 'TERMINATED' ELSE 'ACTIVE' END`)),
    bankAccount: part(
      'MaskedBankAccount',
      {
        holder: text(sql`e.bank_holder`),
        country: text(sql`e.bank_country`),
        lastFour: text(sql`e.bank_last_four`),
      },
      { unless: sql`e.bank_last_four IS NULL` },
    ),
    createdAt: value(instant(sql`e.created_at`)),
    updatedAt: value(instant(sql`e.updated_at`)),
    salary: part('Money', moneyJson(sql`s.amount_minor`, sql`s.currency`), { join: salary }),
    salaryUnit: value(plain(sql`s.unit`), { join: salary }),
    salaryAt: resolved(),
    salaryHistory: resolved(),
    payments: page('PaymentConnection', paymentRows),
  } satisfies Record<Exclude<keyof EmployeeResolvers, '__isTypeOf'>, unknown>,
  { always: ['id'], sortKey: [{ sql: sql`e.id` }], nesting: 'outer' },
);

interface ReadDeps {
  clock: Clock;
  database: Database;
}

/**
 * What stands after FROM in a query for employees, but the conditions; the employee goes by the name of `e`.
 *
 * @param pages queries for pages that are read beside each employee
 */
export function employeesFor({ joins }: Selection<Employee>, today: Day, pages: readonly Sql[]): Sql {
  return sql`employees e CROSS JOIN (SELECT ${today}::date AS day) today ${joins} ${joinPages(pages)}`;
}

/** @returns those of the employees that there are and that the viewer may see, by their ids */
export async function findEmployees(
  { clock, database }: ReadDeps,
  viewer: Viewer,
  ids: string[],
  asked: Asked,
  pages: readonly Sql[] = [],
): Promise<Map<string, Employee>> {
  const selection = employeeRows.of(asked);
  const rows = await database.rowsTogether<{ id: string; row: string }>(sql`
    SELECT e.id, ${selection.row} AS row FROM ${employeesFor(selection, dayOf(clock.now()), pages)}
    WHERE e.id = ANY(${ids}::uuid[]) AND ${visibleEmployees(viewer, sql`e.id`)}`);
  return new Map(rows.map(({ id, row }) => [id, selection.read(row)]));
}
