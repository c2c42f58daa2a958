import type { Viewer } from '../accounts/viewer.js';
import { type Database, join, type Sql, sql } from '../database/database.js';
import type { EmployeeFilter } from '../generated/schema-types.js';
import type { Asked } from '../reads/asked.js';
import { type Cursors, type PageArgs, type PageText, parsePage, readPage } from '../reads/pagination.js';
import type { Clock } from '../values/clock.js';
import { type Day, dayOf } from '../values/dates.js';
import { parseText } from '../values/text.js';
import { type EmployeePage, employeeRows, employeesFor } from './employee.js';
import { answerPages, type PaymentsBeside } from './employee-with-payments.js';
import { visibleEmployees } from './visibility.js';

/**
 * The employees that the viewer may see, in the order in which they were added: ids sort by time.
 *
 * @param beside the pages within the employees, where the answer is written of the rows
 * @throws AppError BAD_USER_INPUT on a bad page or filter
 */
export async function listEmployees(
  deps: { clock: Clock; database: Database; cursors: Cursors },
  viewer: Viewer,
  args: PageArgs & { filter?: EmployeeFilter | null },
  asked: Asked,
  beside: readonly PaymentsBeside[],
): Promise<EmployeePage> {
  const list = 'employees';
  const today = dayOf(deps.clock.now());
  const page = parsePage(deps.cursors, list, args);
  const matching = join(
    [visibleEmployees(viewer, sql`e.id`), ...conditions(args.filter ?? {}, today)],
    ' AND ',
  );
  const following = page.after ? sql`AND e.id > ${page.after[0]}::uuid` : sql``;
  const selection = employeeRows.of(asked);
  const from = employeesFor(selection, today, asked.answer ? answerPages(deps, viewer, beside) : []);
  const rows = sql`
    SELECT ${selection.row} AS row FROM ${from}
    WHERE ${matching} ${following} ORDER BY e.id LIMIT ${page.limit + 1}::bigint`;
  // A search may take long: it holds up nobody else's.
  const read = args.filter ? deps.database.rows : deps.database.rowsTogether;
  const [found] = await read<PageText>(selection.pageOf(rows));
  return readPage(
    deps.cursors,
    list,
    page,
    found,
    selection,
    ({ id }) => [id],
    async () => {
      const [counted] = await deps.database.rows<{ count: bigint }>(
        sql`SELECT count(*) FROM employees e WHERE ${matching}`,
      );
      return Number(counted?.count ?? 0);
    },
  );
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
