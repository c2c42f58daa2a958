import type { Viewer } from '../accounts/viewer.js';
import { type Sql, sql } from '../database/sql.js';
import type { EmployeeFilter, QueryEmployeesArgs } from '../generated/schema-types.js';
import type { List } from '../reads/lists.js';
import { byId } from '../reads/pages.js';
import { type Period, parsePeriod } from '../values/dates.js';
import { parseText } from '../values/text.js';
import { type Employee, employeeTable } from './employee.js';

/** The employees that the viewer may see, in the order in which they were added: ids sort by time. */
export const employeeList: List<Employee, Viewer, QueryEmployeesArgs> = {
  name: 'employees',
  table: employeeTable,
  order: { columns: [byId(sql`e.id`)], direction: 'ASC' },
  conditions: ({ filter }, today) => (filter ? conditions(filter, today) : []),
};

const maxSearchCharacters = 100;

function conditions({ search, department, status, withoutSalaryFor }: EmployeeFilter, today: Sql): Sql[] {
  const found: Sql[] = [];
  if (search != null && search.trim() !== '') {
    const text = parseText(search, 'filter.search', maxSearchCharacters);
    // Decomposed first: some characters become a % or a _ by that.
    const pattern = `%${text.normalize('NFKD').replace(/[\\%_]/g, '\\$&')}%`;
    found.push(sql`e.search_text LIKE search_form(${pattern})`);
  }
  if (department != null) {
    found.push(sql`e.department = ${parseText(department, 'filter.department', maxSearchCharacters)}`);
  }
  if (status === 'TERMINATED') found.push(sql`e.terminated_on < ${today}`);
  if (status === 'UPCOMING') found.push(sql`e.hired_on > ${today}`);
  if (status === 'ACTIVE') {
    found.push(sql`e.hired_on <= ${today} AND (e.terminated_on IS NULL OR e.terminated_on >= ${today})`);
  }
  if (withoutSalaryFor != null)
    found.push(hasUnpaidDays(parsePeriod(withoutSalaryFor, 'filter.withoutSalaryFor')));
  return found;
}

/** Whether an employment has more days in the period than salary payments are for; no two of those have a day in common. */
function hasUnpaidDays({ start, end }: Period): Sql {
  const first = sql`greatest(m.started_on, ${start}::date)`;
  const last = sql`least(m.ended_on, ${end}::date)`;
  return sql`EXISTS (
    SELECT FROM employments m
    WHERE m.employee_id = e.id AND daterange(m.started_on, m.ended_on, '[]') && daterange(${start}::date, ${end}::date, '[]')
      AND ${last} - ${first} + 1 > (
        SELECT coalesce(sum(least(s.period_end, ${last}) - greatest(s.period_start, ${first}) + 1), 0) FROM payments s
        WHERE s.employee_id = m.employee_id AND s.kind = 'SALARY' AND s.voided_at IS NULL
          AND daterange(s.period_start, s.period_end, '[]') && daterange(${first}, ${last}, '[]')))`;
}
