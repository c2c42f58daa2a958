import type { Viewer } from '../accounts/viewer.js';
import { type Sql, sql } from '../database/sql.js';
import type { EmployeeFilter, QueryEmployeesArgs } from '../generated/schema-types.js';
import type { List } from '../reads/lists.js';
import { byId } from '../reads/pages.js';
import type { Today } from '../reads/table.js';
import { type Period, parsePeriod } from '../values/dates.js';
import { parseText } from '../values/text.js';
import { type Employee, employeeTable } from './employee.js';
import { matchesSearch } from './search.js';

/** The employees that the viewer may see, in the order in which they were added: ids sort by time. */
export const employeeList: List<Employee, Viewer, QueryEmployeesArgs> = {
  name: 'employees',
  table: employeeTable,
  order: { columns: [byId(sql`e.id`)], direction: 'ASC' },
  conditions: ({ filter }, today) => (filter ? conditions(filter, today) : []),
};

const maxDepartmentCharacters = 100;

function conditions(
  { search, department, status, hasBankAccount, isLeaving, withoutSalaryFor }: EmployeeFilter,
  today: Today,
): Sql[] {
  const found: Sql[] = [];
  if (search != null && search.trim() !== '') found.push(matchesSearch(search));
  if (department != null) {
    found.push(sql`e.department = ${parseText(department, 'filter.department', maxDepartmentCharacters)}`);
  }
  if (status === 'TERMINATED') found.push(sql`e.terminated_on < ${today.day}`);
  if (status === 'UPCOMING') {
    found.push(sql`e.hired_on > ${today.day} AND e.hired_on > ${today.earlier}`);
  }
  if (status === 'ACTIVE') {
    found.push(
      sql`e.hired_on <= ${today.day} AND (e.terminated_on IS NULL OR e.terminated_on >= ${today.day})`,
    );
  }
  if (hasBankAccount != null) {
    found.push(hasBankAccount ? sql`e.bank_holder IS NOT NULL` : sql`e.bank_holder IS NULL`);
  }
  if (isLeaving != null) {
    found.push(
      isLeaving
        ? sql`e.terminated_on >= ${today.day} AND e.terminated_on >= ${today.earlier}`
        : sql`(e.terminated_on IS NULL OR e.terminated_on < ${today.day})`,
    );
  }
  if (withoutSalaryFor != null)
    found.push(hasUnpaidDays(parsePeriod(withoutSalaryFor, 'filter.withoutSalaryFor')));
  return found;
}

/** Who has unpaid days in the period. Triggers keep them as payments, withheld salaries and employments say. */
function hasUnpaidDays({ start, end }: Period): Sql {
  return sql`e.id IN (
    SELECT u.employee_id FROM unpaid_days u
    WHERE daterange(u.first_day, u.last_day, '[]') && daterange(${start}::date, ${end}::date, '[]'))`;
}
