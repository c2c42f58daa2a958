import { instant, isId, moneyJson } from './json.js';
import { Refusal } from './refusal.js';
import { rows } from './rows.js';

const pageLength = 50;

const select = (condition) => `
  SELECT p.id, p.amount_minor, p.currency, p.kind, p.period_start, p.period_end, p.issued_at, p.voided_at
  FROM employees e LEFT JOIN LATERAL (
    SELECT * FROM payments WHERE employee_id = e.id ${condition}
    ORDER BY issued_at DESC, id DESC LIMIT ${pageLength + 1}) p ON true
  WHERE e.id = $1`;
const firstPage = select('');
const laterPage = select('AND (issued_at, id) < ($2::timestamptz, $3::uuid)');

export async function payments(pool, _viewer, { id, after }) {
  if (!isId(id)) throw new Refusal('BAD_USER_INPUT', '"id" is not an id.');
  const found = after
    ? await rows(pool, 'payments-later', laterPage, [id, ...positionOf(after)])
    : await rows(pool, 'payments-first', firstPage, [id]);
  if (found.length === 0) return '{"data":{"employee":null}}';
  const page = found[0][0] === null ? [] : found.slice(0, pageLength);
  const last = page.at(-1);
  const endCursor = last ? `"${Buffer.from(`${last[6]},${last[0]}`).toString('base64url')}"` : 'null';
  return (
    `{"data":{"employee":{"payments":{"nodes":[${page.map(paymentJson).join(',')}]` +
    `,"pageInfo":{"hasNextPage":${found.length > pageLength},"endCursor":${endCursor}}}}}}`
  );
}

function paymentJson([id, minor, currency, kind, start, end, issuedAt, voidedAt]) {
  const period = start === null ? 'null' : `{"start":"${start}","end":"${end}"}`;
  return (
    `{"id":"${id}","amount":${moneyJson(minor, currency)},"kind":"${kind}","period":${period}` +
    `,"issuedAt":"${instant(issuedAt)}","status":"${voidedAt === null ? 'ISSUED' : 'VOIDED'}"}`
  );
}

function positionOf(cursor) {
  const [issuedAt, id] = Buffer.from(cursor, 'base64url').toString().split(',');
  if (!isId(id) || Number.isNaN(Date.parse(issuedAt)))
    throw new Refusal('BAD_USER_INPUT', '"after" is no cursor.');
  return [issuedAt, id];
}
