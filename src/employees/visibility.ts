import type { Viewer } from '../accounts/viewer.js';
import { type Sql, sql } from '../database/sql.js';
import { assertNever } from '../values/app-error.js';

/**
 * Which employees' rows a viewer may see, as a condition for a `where` clause: a hidden row and a missing row then get
 * the same answer. Payments and salaries are seen with their employee.
 *
 * @param column the employee's id, `e.id` or `p.employee_id`
 */
export function visibleEmployees(viewer: Viewer, column: Sql): Sql {
  if (viewer.kind === 'anonymous') return sql`FALSE`;
  switch (viewer.role) {
    case 'ADMIN':
    case 'VIEWER':
      return sql`TRUE`;
    case 'EMPLOYEE':
      return sql`${column} = ${viewer.employeeId}::uuid`;
    default:
      return assertNever(viewer.role);
  }
}
