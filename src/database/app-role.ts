import pg from 'pg';
import { withOptions } from './connection.js';

/**
 * What Stipend's own statements run as: a role that can read, add, and change what changes, but can neither drop nor
 * alter a table, and can neither change nor delete a payment, a salary change or an audit entry.
 */
const appRole = 'stipend_app';

const keptTables = ['payments', 'salary_changes', 'audit_entries', 'idempotency_records'];
const changedTables = ['users', 'refresh_tokens', 'employees', 'pay_runs', 'shared_values'];
/** Their rows go when nothing can come of them any more. */
const passingTables = ['sessions', 'rate_limits'];

/**
 * Makes the role, and gives it what it needs in this database, as the role that has migrated it. Where that one may not
 * make roles, nothing changes: the triggers of the migrations still keep payments and audit entries as they are.
 *
 * @returns the connection that takes the role on, or the connection as it is
 */
export async function withAppRole(connection: pg.ClientConfig): Promise<pg.ClientConfig> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    for (let tried = 1; ; tried++) {
      try {
        return (await grantAppRole(client)) ? withOptions(connection, `-c role=${appRole}`) : connection;
      } catch (error) {
        // Roles belong to the whole cluster: a Stipend on another of its databases may be making this one just now.
        if (tried >= mostTries) throw error;
      }
    }
  } finally {
    await client.end();
  }
}

const mostTries = 5;

/** @returns whether the connection's own role may take the application's role on */
async function grantAppRole(client: pg.Client): Promise<boolean> {
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
    GRANT USAGE ON SCHEMA public TO ${appRole};
    GRANT SELECT, INSERT ON ${keptTables.join(', ')} TO ${appRole};
    GRANT SELECT, INSERT, UPDATE ON ${changedTables.join(', ')} TO ${appRole};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ${passingTables.join(', ')} TO ${appRole}`);
  return true;
}
