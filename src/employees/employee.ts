import type { Viewer } from '../auth/viewer.js';
import type { Clock } from '../clock.js';
import { type Cells, defineColumns, readCells, type Selection } from '../database/columns.js';
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
import type { PaymentPage } from '../payments/payment.js';
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

type Column =
  | 'id'
  | 'version'
  | 'name'
  | 'email'
  | 'title'
  | 'department'
  | 'hiredOn'
  | 'terminatedOn'
  | 'bankHolder'
  | 'bankCountry'
  | 'bankLastFour'
  | 'createdAt'
  | 'updatedAt'
  | 'salaryMinor'
  | 'currency'
  | 'salaryUnit';

const columns = defineColumns<Column>(
  {
    id: sql`e.id`,
    version: sql`e.version::text`,
    name: sql`e.name`,
    email: sql`e.email`,
    title: sql`e.title`,
    department: sql`e.department`,
    hiredOn: sql`e.hired_on`,
    terminatedOn: sql`e.terminated_on`,
    bankHolder: sql`e.bank_holder`,
    bankCountry: sql`e.bank_country`,
    bankLastFour: sql`e.bank_last_four`,
    createdAt: sql`e.created_at::text`,
    updatedAt: sql`e.updated_at::text`,
    salaryMinor: sql`s.amount_minor::text`,
    currency: sql`s.currency`,
    salaryUnit: sql`s.unit`,
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

/** What a statement reads beside each employee. */
export interface BesideEmployees {
  /** A subquery for one column of rows in JSON, of the employee who goes by the name of `e`. */
  query: Sql;
  take(employee: Employee, rows: Cells[]): void;
}

/** @returns those of the employees that there are and that the viewer may see, in no order */
export async function findEmployees(
  { clock, database }: ReadDeps,
  viewer: Viewer,
  ids: string[],
  asked: Asked,
  beside?: BesideEmployees,
): Promise<Employee[]> {
  const rest = sql`WHERE e.id = ANY(${ids}::uuid[]) AND ${visibleEmployees(viewer, sql`e.id`)}`;
  return readEmployees(database, asked, dayOf(clock.now()), rest, beside);
}

/** @param rest of the statement, from WHERE on; the table goes by the name of `e` */
export async function readEmployees(
  database: Database,
  asked: Asked,
  today: Day,
  rest: Sql,
  beside?: BesideEmployees,
): Promise<Employee[]> {
  const { list, places, includes } = columns.of(asked);
  const withSalary = includes(['salaryMinor', 'currency', 'salaryUnit']);
  const salary = withSalary ? sql`CROSS JOIN LATERAL (${salaryInForce(sql`e.id`, today)}) s` : sql``;
  const from = sql`FROM employees e ${salary} ${rest}`;
  if (!beside) {
    const rows = await readCells(database, sql`SELECT ${list} AS cells ${from}`);
    return rows.map((cells) => toEmployee(cells, places, today));
  }
  const rows = await readCells<[Cells, Cells[] | null]>(
    database,
    sql`SELECT json_build_array(${list}, (${beside.query})) AS cells ${from}`,
  );
  return rows.map(([cells, more]) => {
    const employee = toEmployee(cells, places, today);
    beside.take(employee, more ?? []);
    return employee;
  });
}

/** What a row without a column gives for it: no field that is made of it was asked for. */
const unread = undefined as never;

/**
 * @param cells of a row
 * @param places where each column stands among them
 */
function toEmployee(cells: Cells, places: Selection<Column>['places'], today: Day): Employee {
  const terminatedOn = cells[places.terminatedOn] ?? null;
  const holder = cells[places.bankHolder];
  const country = cells[places.bankCountry];
  const lastFour = cells[places.bankLastFour];
  const createdAt = cells[places.createdAt];
  const updatedAt = cells[places.updatedAt];
  const salaryMinor = cells[places.salaryMinor];
  const currency = cells[places.currency];
  return {
    id: cells[places.id] ?? unread,
    version: Number(cells[places.version] ?? unread),
    name: cells[places.name] ?? unread,
    email: cells[places.email] ?? unread,
    title: cells[places.title] ?? unread,
    department: cells[places.department] ?? unread,
    hiredOn: cells[places.hiredOn] ?? unread,
    terminatedOn,
    // Whether the last day has passed.
    status: terminatedOn !== null && terminatedOn < today ? 'TERMINATED' : 'ACTIVE',
    bankAccount: holder && country && lastFour ? { holder, country, lastFour } : null,
    createdAt: createdAt == null ? unread : instantOf(createdAt),
    updatedAt: updatedAt == null ? unread : instantOf(updatedAt),
    salary: salaryMinor == null || currency == null ? unread : showMoney(salaryMinor, currency),
    salaryUnit: (cells[places.salaryUnit] as PayPeriodUnit | undefined) ?? unread,
  };
}
