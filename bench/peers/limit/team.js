import { instant, isId, moneyJson } from './json.js';
import { Refusal } from './refusal.js';
import { rows } from './rows.js';

const pageLength = 20;

const select = (condition) => `
  SELECT e.id, e.name, p.id, p.amount_minor, p.currency, p.kind, p.issued_at, u.username
  FROM (SELECT id, name FROM employees ${condition} ORDER BY id LIMIT ${pageLength + 1}) e
    LEFT JOIN LATERAL (
      SELECT * FROM payments WHERE employee_id = e.id ORDER BY issued_at DESC, id DESC LIMIT 10) p ON true
    LEFT JOIN users u ON u.id = p.issued_by
  ORDER BY e.id, p.issued_at DESC, p.id DESC`;
const firstPage = select('');
const laterPage = select('WHERE id > $1::uuid');

export async function team(pool, _viewer, { after }) {
  const found = after
    ? await rows(pool, 'team-later', laterPage, [positionOf(after)])
    : await rows(pool, 'team-first', firstPage, []);
  const groups = byEmployee(found);
  const page = groups.slice(0, pageLength);
  const last = page.at(-1);
  const endCursor = last ? `"${Buffer.from(last[0][0]).toString('base64url')}"` : 'null';
  return (
    `{"data":{"employees":{"nodes":[${page.map(employeeJson).join(',')}]` +
    `,"pageInfo":{"hasNextPage":${groups.length > pageLength},"endCursor":${endCursor}}}}}`
  );
}

function byEmployee(found) {
  const groups = [];
  for (const row of found) {
    const group = groups.at(-1);
    if (group?.[0][0] === row[0]) group.push(row);
    else groups.push([row]);
  }
  return groups;
}

function employeeJson(group) {
  const [[id, name, firstPayment]] = group;
  const payments = firstPayment === null ? '' : group.map(paymentJson).join(',');
  return `{"id":"${id}","name":${JSON.stringify(name)},"payments":{"nodes":[${payments}]}}`;
}

function paymentJson([, , id, minor, currency, kind, issuedAt, username]) {
  return (
    `{"id":"${id}","amount":${moneyJson(minor, currency)},"kind":"${kind}"` +
    `,"issuedAt":"${instant(issuedAt)}","issuedBy":{"username":${JSON.stringify(username)}}}`
  );
}

function positionOf(cursor) {
  const id = Buffer.from(cursor, 'base64url').toString();
  if (!isId(id)) throw new Refusal('BAD_USER_INPUT', '"after" is no cursor.');
  return id;
}
