import type { Viewer } from '../auth/viewer.js';
import type { Clock } from '../clock.js';
import { defineColumns } from '../database/columns.js';
import { type Database, type Sql, sql } from '../database/database.js';
import { type Day, dayOf, type Instant, instantOf } from '../dates.js';
import type {
  EmployeeResolvers,
  EmployeeStatus,
  MaskedBankAccount,
  PayPeriodUnit,
} from '../generated/resolvers-types.js';
import type { Asked } from '../graphql/asked.js';
import { type ShownMoney, showMoney } from '../money.js';
import type { Page } from '../pagination.js';
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
}

export type EmployeePage = Page<Employee>;

/** A row, with those of its columns that were asked for. */
interface EmployeeRow {
  id: string;
  version?: number;
  name?: string;
  email?: string;
  title?: string;
  department?: string;
  hiredOn?: Day;
  terminatedOn?: Day | null;
  bankHolder?: string | null;
  bankCountry?: string | null;
  bankLastFour?: string | null;
  createdAt?: string;
  updatedAt?: string;
  salaryMinor?: string;
  currency?: string;
  salaryUnit?: PayPeriodUnit;
}

type Column = keyof EmployeeRow;

const columns = defineColumns<Column>(
  {
    id: sql`e.id`,
    version: sql`e.version`,
    name: sql`e.name`,
    email: sql`e.email`,
    title: sql`e.title`,
    department: sql`e.department`,
    hiredOn: sql`e.hired_on AS "hiredOn"`,
    terminatedOn: sql`e.terminated_on AS "terminatedOn"`,
    bankHolder: sql`e.bank_holder AS "bankHolder"`,
    bankCountry: sql`e.bank_country AS "bankCountry"`,
    bankLastFour: sql`e.bank_last_four AS "bankLastFour"`,
    createdAt: sql`e.created_at::text AS "createdAt"`,
    updatedAt: sql`e.updated_at::text AS "updatedAt"`,
    salaryMinor: sql`s.amount_minor::text AS "salaryMinor"`,
    currency: sql`s.currency`,
    salaryUnit: sql`s.unit AS "salaryUnit"`,
  },
  {
    id: [],
    version: ['version'],
    name: ['name'],
    email: ['email'],
    title: ['title'],
    department: ['department'],
    hiredOn: ['hiredOn'],
    terminatedOn: ['terminatedOn'],
    status: ['terminatedOn'],
    bankAccount: ['bankHolder', 'bankCountry', 'bankLastFour'],
    createdAt: ['createdAt'],
    updatedAt: ['updatedAt'],
    salary: ['salaryMinor', 'currency'],
    salaryUnit: ['salaryUnit'],
    salaryAt: [],
    salaryHistory: [],
    payments: [],
  } satisfies Record<Exclude<keyof EmployeeResolvers, '__isTypeOf'>, Column[]>,
  ['id'],
);

/** For what is shown whole. */
export const everyField: Asked = columns.everyField;

interface ReadDeps {
  clock: Clock;
  database: Database;
}

/** @returns those of the employees that there are and that the viewer may see, in no order */
export async function findEmployees(
  { clock, database }: ReadDeps,
  viewer: Viewer,
  ids: string[],
  asked: Asked,
): Promise<Employee[]> {
  return readEmployees(
    database,
    asked,
    dayOf(clock.now()),
    sql`WHERE e.id = ANY(${ids}::uuid[]) AND ${visibleEmployees(viewer, sql`e.id`)}`,
  );
}

/** @param rest of the statement, from WHERE on; the table goes by the name of `e` */
export async function readEmployees(
  database: Database,
  asked: Asked,
  today: Day,
  rest: Sql,
): Promise<Employee[]> {
  const selection = columns.of(asked);
  const withSalary = selection.includes(['salaryMinor', 'currency', 'salaryUnit']);
  const salary = withSalary ? sql`CROSS JOIN LATERAL (${salaryInForce(sql`e.id`, today)}) s` : sql``;
  const rows = await database.rows<EmployeeRow>(
    sql`SELECT ${selection.columns} FROM employees e ${salary} ${rest}`,
  );
  return rows.map((row) => toEmployee(row, today));
}

/** What a row without a column gives for it: no field that is made of it was asked for. */
const unread = undefined as never;

function toEmployee(row: EmployeeRow, today: Day): Employee {
  const { terminatedOn = null, bankHolder, bankCountry, bankLastFour, createdAt, updatedAt } = row;
  const { salaryMinor, currency } = row;
  return {
    id: row.id,
    version: row.version ?? unread,
    name: row.name ?? unread,
    email: row.email ?? unread,
    title: row.title ?? unread,
    department: row.department ?? unread,
    hiredOn: row.hiredOn ?? unread,
    terminatedOn,
    // Whether the last day has passed.
    status: terminatedOn !== null && terminatedOn < today ? 'TERMINATED' : 'ACTIVE',
    bankAccount:
      bankHolder && bankCountry && bankLastFour
        ? { holder: bankHolder, country: bankCountry, lastFour: bankLastFour }
        : null,
    createdAt: createdAt === undefined ? unread : instantOf(createdAt),
    updatedAt: updatedAt === undefined ? unread : instantOf(updatedAt),
    salary: salaryMinor === undefined || currency === undefined ? unread : showMoney(salaryMinor, currency),
    salaryUnit: row.salaryUnit ?? unread,
  };
}
