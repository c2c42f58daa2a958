import type pg from 'pg';
import { type Connection, withSettings } from './connection.js';
import { openClient } from './session.js';

/**
 * The role of Stipend's own statements. It can neither drop nor alter a table, and can neither change nor delete a payment
 * (but for voiding it), a salary change or an audit entry.
 */
const appRole = 'stipend_app';

const maxAttempts = 5;

const appendOnlyTables = [
  'payments',
  'salary_changes',
  'audit_entries',
  'audit_chain',
  'idempotency_records',
  'pay_run_imports',
];
const updatableTables = [
  'users',
  'refresh_tokens',
  'employees',
  'employee_emails',
  'employments',
  'company',
  'pay_runs',
  'pay_components',
  'pay_run_members',
  'shared_values',
];
/** Rows that have expired are deleted, days that were paid, and what a draft of a pay run does not need any more. */
const deletableTables = [
  'unpaid_days',
  'sessions',
  'rate_limits',
  'employee_components',
  'pay_run_entries',
  'pay_run_items',
  'pay_lines',
  'pay_run_notices',
];

/**
 * Creates the role and grants it its privileges in this database, as the role that has migrated it. Where that role may not
 * create roles nothing changes; the triggers of the migrations still protect payments and audit entries.
 *
 * @returns a connection that uses the role, or the connection as it is
 */
export async function withAppRole(connection: Connection): Promise<Connection> {
  const client = await openClient(connection);
  try {
    for (let attempt = 1; ; attempt++) {
      try {
        return (await grantAppRole(client, connection))
          ? withSettings(connection, { role: appRole })
          : connection;
      } catch (error) {
        // Roles belong to the whole cluster: a Stipend on another of its databases may be creating this one right now.
        if (attempt >= maxAttempts) throw error;
      }
    }
  } finally {
    await client.end();
  }
}

/** @returns whether the connection's own role may use the application's role */
async function grantAppRole(client: pg.Client, { schema = 'public' }: Connection): Promise<boolean> {
  const { rows } = await client.query<{ exists: boolean; mayCreate: boolean; member: boolean }>(
    `SELECT role.oid IS NOT NULL AS exists, me.rolsuper OR me.rolcreaterole AS "mayCreate",
       coalesce(pg_has_role(me.oid, role.oid, 'MEMBER'), false) AS member
     FROM pg_roles me LEFT JOIN pg_roles role ON role.rolname = $1 WHERE me.rolname = current_user`,
    [appRole],
  );
  const [state] = rows;
  if (!state || !(state.exists ? state.member : state.mayCreate)) return false;
  if (!state.exists) await client.query(`CREATE ROLE ${appRole} NOLOGIN; GRANT ${appRole} TO current_user`);
  await client.query(`
    GRANT USAGE ON SCHEMA ${client.escapeIdentifier(schema)} TO ${appRole};
    GRANT SELECT, INSERT ON ${appendOnlyTables.join(', ')} TO ${appRole};
    GRANT UPDATE (voided_at, voided_by, void_reason) ON payments TO ${appRole};
    GRANT SELECT, INSERT, UPDATE ON ${updatableTables.join(', ')} TO ${appRole};
    GRANT SELECT, INSERT, DELETE ON audit_unchained TO ${appRole};
    GRANT SELECT ON unpaid_days_of_record TO ${appRole};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ${deletableTables.join(', ')} TO ${appRole}`);
  return true;
}
