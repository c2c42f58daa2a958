import { type Database, sql } from '../database/database.js';
import type { Role } from '../generated/resolvers-types.js';

/** A user as the API shows one. */
export interface User {
  id: string;
  username: string;
  role: Role;
  employeeId: string | null;
  disabledAt: Date | null;
}

export const userColumns = sql`id, username, role, employee_id AS "employeeId", disabled_at AS "disabledAt"`;

export async function findUsers({ database }: { database: Database }, ids: string[]): Promise<User[]> {
  return database.rows<User>(sql`SELECT ${userColumns} FROM users WHERE id = ANY(${ids}::uuid[])`);
}
