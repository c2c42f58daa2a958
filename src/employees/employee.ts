import type { Viewer } from '../auth/viewer.js';
import type { Clock } from '../clock.js';
import { type Database, join, type Sql, sql } from '../database/database.js';
import { type Day, dayOf } from '../dates.js';
import type { EmployeeFilter, PayPeriodUnit } from '../generated/resolvers-types.js';
import { type Cursors, type Page, type PageArgs, parsePage, toPage } from '../pagination.js';
import { parseText } from '../text.js';
import { salaryInForce } from './salary-change.js';
import { visibleEmployees } from './visibility.js';

/** An employee as the API shows one, with the salary that is in force today. */
export interface Employee {
  id: string;
  version: number;
  name: string;
  email: string;
  title: string;
  department: string;
  hiredOn: Day;
  terminatedOn: Day | null;
  bankHolder: string | null;
  bankCountry: string | null;
  bankLastFour: string | null;
  createdAt: Date;
  updatedAt: Date;
  salaryMinor: bigint;
  currency: string;
  salaryUnit: PayPeriodUnit;
}

export type EmployeePage = Page<Employee>;

interface ReadDeps {
  clock: Clock;
  database: Database;
}

/** @returns those of the employees that there are and that the viewer may see, in no order */
export async function findEmployees(deps: ReadDeps, viewer: Viewer, ids: string[]): Promise<Employee[]> {
  return deps.database.rows<Employee>(sql`
    ${selectEmployees(dayOf(deps.clock.now()))}
    WHERE e.id = ANY(${ids}::uuid[]) AND ${visibleEmployees(viewer, sql`e.id`)}`);
}

/** The employees that the viewer may see, in the order in which they were added: ids sort by time. */
export async function listEmployees(
  deps: ReadDeps & { cursors: Cursors },
  viewer: Viewer,
  args: PageArgs & { filter?: EmployeeFilter | null },
): Promise<EmployeePage> {
  const list = 'employees';
  const today = dayOf(deps.clock.now());
  const page = parsePage(deps.cursors, list, args);
  const matching = join(
    [visibleEmployees(viewer, sql`e.id`), ...conditions(args.filter ?? {}, today)],
    ' AND ',
  );
  const following = page.after ? sql`AND e.id > ${page.after[0]}::uuid` : sql``;
  const rows = await deps.database.rows<Employee>(sql`
    ${selectEmployees(today)} WHERE ${matching} ${following} ORDER BY e.id LIMIT ${page.limit + 1}`);
  return toPage(
    deps.cursors,
    list,
    page,
    rows,
    (employee) => [employee.id],
    async () => {
      const [counted] = await deps.database.rows<{ count: bigint }>(
        sql`SELECT count(*) FROM employees e WHERE ${matching}`,
      );
      return Number(counted?.count ?? 0);
    },
  );
}

/** Whether the last day has passed. */
export function employeeStatus(
  employee: Pick<Employee, 'terminatedOn'>,
  today: Day,
): 'ACTIVE' | 'TERMINATED' {
  return employee.terminatedOn !== null && employee.terminatedOn < today ? 'TERMINATED' : 'ACTIVE';
}

function selectEmployees(today: Day): Sql {
  return sql`
    SELECT e.id, e.version, e.name, e.email, e.title, e.department, e.hired_on AS "hiredOn",
      e.terminated_on AS "terminatedOn", e.bank_holder AS "bankHolder", e.bank_country AS "bankCountry",
      e.bank_last_four AS "bankLastFour", e.created_at AS "createdAt", e.updated_at AS "updatedAt",
      s.amount_minor AS "salaryMinor", s.currency, s.unit AS "salaryUnit"
    FROM employees e CROSS JOIN LATERAL (${salaryInForce(sql`e.id`, today)}) s`;
}

const longestSearch = 100;

function conditions(filter: EmployeeFilter, today: Day): Sql[] {
  const found: Sql[] = [];
  if (filter.search != null && filter.search.trim() !== '') {
    const pattern = `%${parseText(filter.search, 'filter.search', longestSearch).replace(/[\\%_]/g, '\\$&')}%`;
    found.push(sql`(e.name ILIKE ${pattern} OR e.email ILIKE ${pattern} OR e.title ILIKE ${pattern})`);
  }
  if (filter.department != null) {
    found.push(sql`e.department = ${parseText(filter.department, 'filter.department', longestSearch)}`);
  }
  if (filter.status === 'TERMINATED') found.push(sql`e.terminated_on < ${today}::date`);
  if (filter.status === 'ACTIVE')
    found.push(sql`(e.terminated_on IS NULL OR e.terminated_on >= ${today}::date)`);
  return found;
}
