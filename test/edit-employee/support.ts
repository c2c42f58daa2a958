import type { Answer } from '../client.js';
import { insertEmployee } from '../factories.js';
import type { Harness } from '../harness.js';

const fields = `id version name email title department status hiredOn terminatedOn
  salary { amount currency } salaryUnit bankAccount { holder country lastFour } createdAt updatedAt
  salaryHistory(first: 100) { nodes { effectiveFrom salary { amount currency } unit changedBy { username } changedAt } }`;

export const editEmployee = `mutation ($input: EditEmployeeInput!) {
  editEmployee(input: $input) { employee { ${fields} } }
}`;

/** Asks to edit, as the admin unless said otherwise. */
export function edit(t: Harness, input: object, account: { token: string } = t.admin): Promise<Answer> {
  return t.gql(editEmployee, { input }, account);
}

/** An employee as the API shows one. */
// biome-ignore lint/suspicious/noExplicitAny: what an employee looks like is for each test to say
export type Shown = any;

/** Edits, or fails the test. @returns the employee as the answer shows it */
export async function edited(t: Harness, input: object): Promise<Shown> {
  const answer = await edit(t, input);
  if (answer.errors) throw new Error(`not edited: ${answer.text}`);
  return answer.data.editEmployee.employee;
}

/** @returns the employee as a query shows it */
export async function read(t: Harness, id: string): Promise<Shown> {
  const answer = await t.gql(`query ($id: ID!) { employee(id: $id) { ${fields} } }`, { id }, t.admin);
  return answer.data.employee;
}

/** @returns an employee of version 1, as a query shows it */
export async function hired(t: Harness, given: Parameters<typeof insertEmployee>[1] = {}): Promise<Shown> {
  return read(t, await insertEmployee(t.database, given));
}

export interface AuditEntry {
  at: Date;
  actor_id: string;
  action: string;
  changes: Array<{ field: string; before: string | null; after: string | null }>;
  ip: string;
}

/** @returns the audit entries of an employee, the oldest first */
export async function auditOf(t: Harness, id: string): Promise<AuditEntry[]> {
  return t.database.sql<AuditEntry>(
    'SELECT at, actor_id, action, changes, ip FROM audit_entries WHERE subject = $1 ORDER BY at, id',
    [id],
  );
}
