import type { Viewer } from '../accounts/viewer.js';
import { type Sql, sql } from '../database/sql.js';
import type { EmployeeFilter, QueryEmployeesArgs } from '../generated/schema-types.js';
import type { List } from '../reads/lists.js';
import { byId } from '../reads/pages.js';
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

function conditions({ search, department, status }: EmployeeFilter, today: Sql): Sql[] {
  const found: Sql[] = [];
  if (search != null && search.trim() !== '') {
    const text = parseText(search, 'filter.search', maxSearchCharacters);
    const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
    found.push(sql`(e.name ILIKE ${pattern} OR e.email ILIKE ${pattern} OR e.title ILIKE ${pattern})`);
  }
  if (department != null) {
    found.push(sql`e.department = ${parseText(department, 'filter.department', maxSearchCharacters)}`);
  }
  if (status === 'TERMINATED') found.push(sql`e.terminated_on < ${today}`);
  if (status === 'UPCOMING') found.push(sql`e.hired_on > ${today}`);
  if (status === 'ACTIVE') {
    found.push(sql`e.hired_on <= ${today} AND (e.terminated_on IS NULL OR e.terminated_on >= ${today})`);
  }
  return found;
}
