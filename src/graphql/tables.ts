import { auditEntryTable, auditLog } from '../accounts/audit-log/audit-entry.js';
import { userList, userTable } from '../accounts/user.js';
import type { Viewer } from '../accounts/viewer.js';
import { employeeTable } from '../employees/employee.js';
import { employeeList } from '../employees/employee-list.js';
import { salaryChangeTable, salaryHistory } from '../employees/salary-change.js';
import { payRunTable } from '../pay-runs/pay-run.js';
import { payRunList } from '../pay-runs/pay-run-list.js';
import { paymentTable } from '../payments/payment.js';
import { paymentList, paymentsOfEmployee } from '../payments/payment-list.js';
import type { List } from '../reads/lists.js';
import { RawPlans } from '../reads/raw-rows.js';
import type { Table } from '../reads/table.js';

/** The tables of the schema's types. */
export const tables: Readonly<Record<string, Table<unknown, Viewer>>> = {
  Employee: employeeTable,
  SalaryChange: salaryChangeTable,
  Payment: paymentTable,
  PayRun: payRunTable,
  User: userTable,
  AuditEntry: auditEntryTable,
};

/** The lists that are fields of Query. */
export const lists: Readonly<Record<string, List<unknown, Viewer, never>>> = {
  users: userList,
  auditLog,
  employees: employeeList,
  payments: paymentList,
  payRuns: payRunList,
};

/** How JSON is written of rows, with the lists that are fields of other types than Query. */
export const rawPlans = new RawPlans<Viewer>({
  Employee: { payments: paymentsOfEmployee, salaryHistory },
});
