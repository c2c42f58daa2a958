import type { Viewer } from '../accounts/viewer.js';
import { type Sql, sql } from '../database/sql.js';
import type { EmployeeFilter, QueryEmployeesArgs } from '../generated/schema-types.js';
import type { List } from '../reads/lists.js';
import { byId } from '../reads/pages.js';
import type { Today } from '../reads/table.js';
import { maxPeriodDays, type Period, parsePeriod } from '../values/dates.js';
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

/**
 * Who has an employment with more days in the period than salaries were paid for, or went into deductions; no two of those have a
 * day in common. One look at all payments of the period, along `payments_salary_period_idx`: who has no payment is not found by
 * looking at each employee.
 */
function hasUnpaidDays({ start, end }: Period): Sql {
  const first = sql`greatest(m.started_on, ${start}::date)`;
  const last = sql`least(m.ended_on, ${end}::date)`;
  return sql`e.id IN (
    SELECT m.employee_id
    FROM employments m LEFT JOIN (
      SELECT employee_id, period_start, period_end FROM payments
      WHERE kind = 'SALARY' AND voided_at IS NULL AND period_start <= ${end}::date AND period_end >= ${start}::date
        -- No period is longer, so none that begins in time ends later.
        AND period_end < ${end}::date + ${maxPeriodDays}::integer
      UNION ALL
      SELECT i.employee_id, i.pays_from, i.pays_to
      FROM pay_run_items i JOIN pay_runs r ON r.id = i.pay_run_id AND r.status = 'ISSUED'
      WHERE i.net_minor = 0 AND i.pays_from <= ${end}::date AND i.pays_to >= ${start}::date
    ) s ON s.employee_id = m.employee_id
    WHERE m.started_on <= ${end}::date AND (m.ended_on IS NULL OR m.ended_on >= ${start}::date)
    GROUP BY m.employee_id, m.started_on
    HAVING ${last} - ${first} + 1 >
      coalesce(sum(greatest(least(s.period_end, ${last}) - greatest(s.period_start, ${first}) + 1, 0))
        FILTER (WHERE s.employee_id IS NOT NULL), 0))`;
}
