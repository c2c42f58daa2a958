import { isId, moneyJson } from './json.js';
import { Refusal } from './refusal.js';
import { rows } from './rows.js';

const text = `
  SELECT e.id, e.name, e.title, e.department, e.terminated_on < (now() AT TIME ZONE 'UTC')::date, e.email,
    s.amount_minor, s.currency
  FROM employees e CROSS JOIN LATERAL (
    (SELECT amount_minor, currency FROM salary_changes
      WHERE employee_id = e.id AND effective_from <= (now() AT TIME ZONE 'UTC')::date
      ORDER BY effective_from DESC, id DESC LIMIT 1)
    UNION ALL
    (SELECT amount_minor, currency FROM salary_changes
      WHERE employee_id = e.id AND effective_from > (now() AT TIME ZONE 'UTC')::date
      ORDER BY effective_from, id DESC LIMIT 1)
    LIMIT 1) s
  WHERE e.id = $1`;

export async function employee(pool, _viewer, variables) {
  if (!isId(variables.id)) throw new Refusal('BAD_USER_INPUT', '"id" is not an id.');
  const [row] = await rows(pool, 'employee', text, [variables.id]);
  if (!row) return '{"data":{"employee":null}}';
  const [id, name, title, department, hasLeft, email, minor, currency] = row;
  return (
    `{"data":{"employee":{"id":"${id}","name":${JSON.stringify(name)},"title":${JSON.stringify(title)}` +
    `,"department":${JSON.stringify(department)},"status":"${hasLeft === 't' ? 'TERMINATED' : 'ACTIVE'}"` +
    `,"salary":${moneyJson(minor, currency)},"email":${JSON.stringify(email)}}}}`
  );
}
