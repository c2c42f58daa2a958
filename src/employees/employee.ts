import type { Viewer } from '../accounts/viewer.js';
import { sql } from '../database/sql.js';
import type {
  Employee as EmployeeModel,
  SalaryChange as SalaryChangeModel,
} from '../generated/prisma/client.js';
import type { EmployeeStatus, MaskedBankAccount, PayPeriodUnit } from '../generated/schema-types.js';
import { columnsOf, expression, joined, nullable, object } from '../reads/columns.js';
import { defineTable } from '../reads/table.js';
import type { Day, Instant } from '../values/dates.js';
import type { ShownMoney } from '../values/money.js';
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
  status: EmployeeStatus;
  bankAccount: BankAccount | null;
  createdAt: Instant;
  updatedAt: Instant;
  salary: ShownMoney | null;
  salaryUnit: PayPeriodUnit | null;
}

type BankAccount = Omit<MaskedBankAccount, '__typename'>;

const e = columnsOf<EmployeeModel>('e');
const s = columnsOf<SalaryChangeModel>('s');
/** A record that came by another way than the API may have no salary. */
const salary = sql`LEFT JOIN LATERAL (${salaryInForce(sql`e.id`, sql`today.day`)}) s ON TRUE`;
const hasNoSalary = sql`s.id IS NULL`;

export const employeeTable = defineTable<Employee, Viewer>({
  typename: 'Employee',
  from: (today) => sql`employees e CROSS JOIN (SELECT ${today} AS day) today`,
  id: sql`e.id`,
  visibleTo: (viewer) => visibleEmployees(viewer, sql`e.id`),
  fields: {
    id: e.plain('id'),
    version: e.number('version'),
    name: e.text('name'),
    email: e.text('email'),
    title: e.text('title'),
    department: e.text('department'),
    hiredOn: e.day('hiredOn'),
    terminatedOn: e.orNull.day('terminatedOn'),
    // Up to and including the last day.
    status: expression(sql`CASE WHEN e.terminated_on < today.day THEN 'TERMINATED'
      WHEN e.hired_on > today.day THEN 'UPCOMING' ELSE 'ACTIVE' END`),
    bankAccount: nullable(
      object<BankAccount>('MaskedBankAccount', {
        holder: e.member.text('bankHolder'),
        country: e.member.text('bankCountry'),
        lastFour: e.member.text('bankLastFour'),
      }),
      e.isNull('bankLastFour'),
    ),
    createdAt: e.instant('createdAt'),
    updatedAt: e.instant('updatedAt'),
    salary: nullable(joined(s.money('amountMinor', 'currency'), salary), hasNoSalary),
    salaryUnit: nullable(joined(s.plain('unit'), salary), hasNoSalary),
  },
  nesting: 'outer',
});
