import { employeeRows } from './employees/employee.js';
import type { Answerable } from './graphql/answered.js';
import { paymentRows } from './payments/payment.js';

/** Employees and payments, wherever they are read by the id, or as a page. */
export const answerable: Answerable = {
  Query: { employee: employeeRows, payment: paymentRows },
  EmployeeConnection: { nodes: employeeRows },
  PaymentConnection: { nodes: paymentRows },
};
