import { money } from '../shared/money.js';
import { scalars } from '../shared/scalars.js';
import { decodeCursor, toPage } from './cursors.js';
import { query } from './database.js';
import { issuePayment } from './issue-payment.js';

const employees = (condition) => `
  SELECT id, name, email, title, department, terminated_on < current_date AS has_left
  FROM employees ${condition}`;
const byId = employees('WHERE id = $1');
const firstPage = employees('ORDER BY id LIMIT $1');
const laterPage = employees('WHERE id > $2::uuid ORDER BY id LIMIT $1');

export const resolvers = {
  ...scalars,
  Query: {
    employee: async (_parent, { id }) => (await query('employee', byId, [id]))[0] ?? null,
    employees: async (_parent, { first, after }) => {
      const position = decodeCursor(after);
      const rows = position
        ? await query('employees-later', laterPage, [first + 1, ...position])
        : await query('employees-first', firstPage, [first + 1]);
      return toPage(rows, first, (row) => [row.id]);
    },
  },
  Mutation: {
    issuePayment: (_parent, { input }, { viewer }) => issuePayment(viewer, input),
  },
  Employee: {
    status: (employee) => (employee.has_left ? 'TERMINATED' : 'ACTIVE'),
  },
  Payment: {
    amount: (payment) => money(payment.amount_minor, payment.currency),
    period: ({ period_start: start, period_end: end }) => start && { start, end },
    status: (payment) => (payment.voided_at ? 'VOIDED' : 'ISSUED'),
    issuedAt: (payment) => payment.issued_at,
  },
};
