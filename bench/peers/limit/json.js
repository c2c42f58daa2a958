/** Amounts in JPY have no minor digits, the others two. */
export function moneyJson(minor, currency) {
  if (currency === 'JPY') return `{"amount":"${minor}","currency":"JPY"}`;
  const digits = minor.padStart(3, '0');
  return `{"amount":"${digits.slice(0, -2)}.${digits.slice(-2)}","currency":"${currency}"}`;
}

/** PostgreSQL's `2026-10-25 10:01:09.99+00` as `2026-10-25T10:01:09.990Z`; the session's time zone is UTC. */
export function instant(text) {
  const fraction = text.slice(20, -3).padEnd(3, '0');
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction}Z`;
}

const id = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isId(value) {
  return typeof value === 'string' && id.test(value);
}
