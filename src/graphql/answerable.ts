import { employeeRows } from '../employees/employee.js';
import { paymentRows } from '../payments/payment.js';
import type { Answerable } from './answered.js';

/** Employees and payments that are read by the id, or as a page, and payments that are issued. */
export const answerable: Answerable = {
  Query: { employee: employeeRows, payment: paymentRows },
  EmployeeConnection: { nodes: employeeRows },
  PaymentConnection: { nodes: paymentRows },
  IssuePaymentPayload: { payment: paymentRows },
};
