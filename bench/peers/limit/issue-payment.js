import { newId } from '../shared/ids.js';
import { parseOrder } from '../shared/order.js';
import { instant, moneyJson } from './json.js';
import { Refusal } from './refusal.js';
import { rows } from './rows.js';

const insert = `
  WITH payee AS (
    SELECT e.id FROM employees e
    WHERE e.id = $3::uuid AND e.hired_on <= $9::timestamptz::date
      AND (e.terminated_on IS NULL OR e.terminated_on >= $9::timestamptz::date)
      AND $5::text = (SELECT currency FROM salary_changes
        WHERE employee_id = e.id AND effective_from <= $9::timestamptz::date
        ORDER BY effective_from DESC, id DESC LIMIT 1)
    FOR NO KEY UPDATE OF e),
  claim AS (
    INSERT INTO idempotency_records (user_id, operation, key, input_hash, employee_id, payment_id, created_at)
    SELECT $2::uuid, 'issuePayment', $10::text, $11::bytea, $3::uuid, $1::uuid, $9::timestamptz FROM payee
    ON CONFLICT (user_id, operation, key) DO NOTHING
    RETURNING payment_id),
  p AS (
    INSERT INTO payments (id, employee_id, amount_minor, currency, kind, period_start, period_end, note, issued_at, issued_by)
    SELECT $1::uuid, $3::uuid, $4::bigint, $5::text, $6::payment_kind, NULL, NULL, $7::text, $9::timestamptz, $2::uuid
    FROM claim
    RETURNING *),
  audited AS (
    INSERT INTO audit_entries (id, at, actor_id, action, subject, changes, ip)
    SELECT $8::uuid, p.issued_at, p.issued_by, 'payment.issued', p.id, $12::jsonb, $13::text FROM p)
  SELECT p.id, p.amount_minor, p.currency, p.kind, p.note, p.issued_at FROM p`;

const replay = `
  SELECT p.id, p.amount_minor, p.currency, p.kind, p.note, p.issued_at, i.input_hash = $3::bytea
  FROM idempotency_records i JOIN payments p ON p.id = i.payment_id
  WHERE i.user_id = $1::uuid AND i.operation = 'issuePayment' AND i.key = $2`;

export async function issuePayment(pool, viewer, { input }) {
  if (!viewer.isAdmin) throw new Refusal('FORBIDDEN', 'Only an admin may do this.');
  const { order, problem } = parseOrder(input);
  if (problem) throw new Refusal('BAD_USER_INPUT', problem);
  const { employeeId, amountMinor, currency, kind, note, key, inputHash, changes } = order;
  const now = new Date();
  const [row] = await rows(pool, 'issue-payment', insert, [
    ...[
      newId(now),
      viewer.id,
      employeeId,
      amountMinor,
      currency,
      kind,
      note,
      newId(now),
      now,
      key,
      inputHash,
    ],
    ...[JSON.stringify(changes), '127.0.0.1'],
  ]);
  if (row) return paymentJson(row, false);
  const [earlier] = await rows(pool, 'replay', replay, [viewer.id, key, inputHash]);
  if (!earlier) throw new Refusal('BAD_USER_INPUT', 'The employee cannot be paid so.');
  if (earlier[6] !== 't') throw new Refusal('IDEMPOTENCY_MISMATCH', 'The key was used for another payment.');
  return paymentJson(earlier, true);
}

function paymentJson([id, minor, currency, kind, note, issuedAt], replayed) {
  return (
    `{"data":{"issuePayment":{"payment":{"id":"${id}","amount":${moneyJson(minor, currency)},"kind":"${kind}"` +
    `,"note":${JSON.stringify(note)},"status":"ISSUED","issuedAt":"${instant(issuedAt)}"},"replayed":${replayed}}}}`
  );
}
