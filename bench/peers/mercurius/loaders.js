import { money } from '../shared/money.js';
import { decodeCursor, toPage } from './cursors.js';
import { query } from './database.js';

const salaries = `
  SELECT wanted.id AS employee_id, s.amount_minor, s.currency
  FROM unnest($1::uuid[]) AS wanted (id) CROSS JOIN LATERAL (
    (SELECT amount_minor, currency FROM salary_changes
      WHERE employee_id = wanted.id AND effective_from <= current_date ORDER BY effective_from DESC, id DESC LIMIT 1)
    UNION ALL
    (SELECT amount_minor, currency FROM salary_changes
      WHERE employee_id = wanted.id AND effective_from > current_date ORDER BY effective_from, id DESC LIMIT 1)
    LIMIT 1) s`;

const payments = (condition) => `
  SELECT p.id, p.employee_id, p.amount_minor, p.currency, p.kind, p.period_start, p.period_end, p.note, p.issued_at,
    p.issued_by, p.voided_at
  FROM unnest($1::uuid[]) AS wanted (id) CROSS JOIN LATERAL (
    SELECT * FROM payments WHERE employee_id = wanted.id ${condition} ORDER BY issued_at DESC, id DESC LIMIT $2) p`;
const firstPayments = payments('');
const laterPayments = payments('AND (issued_at, id) < ($3::timestamptz, $4::uuid)');

/** Rows by the key that they belong to. */
function group(rows, keyOf) {
  const groups = new Map();
  for (const row of rows) {
    const key = keyOf(row);
    const known = groups.get(key);
    if (known) known.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}

async function findPayments(employeeIds, { first, after }) {
  const position = decodeCursor(after);
  const rows = position
    ? await query('payments-later', laterPayments, [employeeIds, first + 1, ...position])
    : await query('payments-first', firstPayments, [employeeIds, first + 1]);
  return group(rows, (row) => row.employee_id);
}

/** The queries of one field may differ in their arguments: those with the same ones go together. */
async function loadPayments(queries) {
  const groups = group(queries, ({ params }) => JSON.stringify(params));
  const found = new Map();
  for (const [key, [{ params }]] of groups) {
    const ids = groups.get(key).map(({ obj }) => obj.id);
    found.set(key, await findPayments(ids, params));
  }
  return queries.map(({ obj, params }) => {
    const rows = found.get(JSON.stringify(params)).get(obj.id) ?? [];
    return toPage(rows, params.first, (row) => [row.issued_at.toISOString(), row.id]);
  });
}

async function loadSalaries(queries) {
  const rows = await query('salaries', salaries, [queries.map(({ obj }) => obj.id)]);
  const byEmployee = new Map(rows.map((row) => [row.employee_id, row]));
  return queries.map(({ obj }) => {
    const { amount_minor: minor, currency } = byEmployee.get(obj.id);
    return money(minor, currency);
  });
}

async function loadIssuers(queries) {
  const ids = [...new Set(queries.map(({ obj }) => obj.issued_by))];
  const rows = await query('users', 'SELECT id, username FROM users WHERE id = ANY($1::uuid[])', [ids]);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return queries.map(({ obj }) => byId.get(obj.issued_by));
}

// Without the cache of results within a request, which costs more here than it spares: it makes a key of each object.
const uncached = (loader) => ({ loader, opts: { cache: false } });

export const loaders = {
  Employee: { payments: uncached(loadPayments), salary: uncached(loadSalaries) },
  Payment: { issuedBy: uncached(loadIssuers) },
};
