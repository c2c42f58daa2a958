import { type Database, sql } from '../database/database.js';
import type { Role } from '../generated/schema-types.js';
import { boolean, instant, type Json, orNull, plain, text } from '../reads/json.js';

/** A user as the API shows one. */
export interface User {
  id: string;
  username: string;
  role: Role;
  employeeId: string | null;
  disabledAt: Date | null;
}

export const userColumns = sql`id, username, role, employee_id AS "employeeId", disabled_at AS "disabledAt"`;

/** Whatever everybody who sees the user sees of the row that goes by the name of `u`. */
export const userJson: Record<string, Json> = {
  id: plain(sql`u.id`),
  username: text(sql`u.username`),
  role: plain(sql`u.role`),
  admin: boolean(sql`u.role = 'ADMIN'`),
  disabledAt: orNull(sql`u.disabled_at`, instant),
};

export async function findUsers({ database }: { database: Database }, ids: string[]): Promise<User[]> {
  return database.rows<User>(sql`SELECT ${userColumns} FROM users WHERE id = ANY(${ids}::uuid[])`);
}
