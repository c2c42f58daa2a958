import mercurius from 'mercurius';
import { newId } from '../shared/ids.js';
import { parseOrder } from '../shared/order.js';
import { pool } from './database.js';

const failure = (code, message) => new mercurius.ErrorWithProps(message, { code });

const insert = {
  name: 'insert',
  text: `
    WITH payee AS (
      SELECT e.id FROM employees e
      WHERE e.id = $2::uuid AND e.hired_on <= current_date
        AND (e.terminated_on IS NULL OR e.terminated_on >= current_date)
        AND $4::text = (SELECT currency FROM salary_changes WHERE employee_id = e.id AND effective_from <= current_date
          ORDER BY effective_from DESC, id DESC LIMIT 1)
      FOR NO KEY UPDATE OF e),
    claim AS (
      INSERT INTO idempotency_records (user_id, operation, key, input_hash, employee_id, payment_id, created_at)
      SELECT $8::uuid, 'issuePayment', $9::text, $10::bytea, $2::uuid, $1::uuid, $7::timestamptz FROM payee
      ON CONFLICT DO NOTHING RETURNING payment_id),
    p AS (
      INSERT INTO payments (id, employee_id, amount_minor, currency, kind, note, issued_at, issued_by)
      SELECT $1::uuid, $2::uuid, $3::bigint, $4::text, $5::payment_kind, $6::text, $7::timestamptz, $8::uuid FROM claim
      RETURNING *),
    audited AS (
      INSERT INTO audit_entries (id, at, actor_id, action, subject, changes, ip)
      SELECT $11::uuid, $7::timestamptz, $8::uuid, 'payment.issued', p.id, $12::jsonb, '127.0.0.1' FROM p)
    SELECT * FROM p`,
};
const replay = {
  name: 'replay',
  text: `
    SELECT p.*, i.input_hash = $3 AS same_input FROM idempotency_records i JOIN payments p ON p.id = i.payment_id
    WHERE i.user_id = $1 AND i.operation = 'issuePayment' AND i.key = $2`,
};

/** One statement, which is one transaction: the least that pg has to be asked for. */
export async function issuePayment(viewer, input) {
  const { order, problem } = parseOrder(input);
  if (problem) throw failure('BAD_USER_INPUT', problem);
  const { employeeId, amountMinor, currency, kind, note, key, inputHash, changes } = order;
  const now = new Date();
  const payment = [newId(now), employeeId, amountMinor, currency, kind, note, now, viewer.id];
  const values = [...payment, key, inputHash, newId(now), JSON.stringify(changes)];
  const [inserted] = (await pool.query({ ...insert, values })).rows;
  if (inserted) return { payment: inserted, replayed: false };
  const [found] = (await pool.query({ ...replay, values: [viewer.id, key, inputHash] })).rows;
  if (!found) throw failure('BAD_USER_INPUT', 'The employee cannot be paid so.');
  if (!found.same_input) throw failure('IDEMPOTENCY_MISMATCH', 'The key was used for another payment.');
  return { payment: found, replayed: true };
}
