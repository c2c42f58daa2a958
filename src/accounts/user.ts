import { type Sql, sql } from '../database/sql.js';
import type { User as UserModel } from '../generated/prisma/client.js';
import type { QueryUsersArgs, Role, UserFilter } from '../generated/schema-types.js';
import { columnsOf, condition } from '../reads/columns.js';
import type { List } from '../reads/lists.js';
import { byId } from '../reads/pages.js';
import { defineTable } from '../reads/table.js';
import type { Instant } from '../values/dates.js';
import { parseId } from '../values/ids.js';
import { parseText } from '../values/text.js';
import { usernameKey } from './username.js';
import type { Viewer } from './viewer.js';

/** A user as the API shows one. */
export interface User {
  id: string;
  username: string;
  role: Role;
  admin: boolean;
  employeeId: string | null;
  disabledAt: Instant | null;
}

/** A user as the database has one. */
export type UserRecord = Pick<UserModel, 'id' | 'username' | 'role' | 'employeeId' | 'disabledAt'>;

export function showUser({ id, username, role, employeeId, disabledAt }: UserRecord): User {
  return {
    id,
    username,
    role,
    admin: role === 'ADMIN',
    employeeId,
    disabledAt: disabledAt?.toISOString() ?? null,
  };
}

/** The columns of a UserRecord. */
export const userColumns = sql`id, username, role, employee_id AS "employeeId", disabled_at AS "disabledAt"`;

const u = columnsOf<UserModel>('u');

export const userTable = defineTable<User, Viewer>({
  typename: 'User',
  from: () => sql`users u`,
  id: sql`u.id`,
  // A user is seen by whoever sees what leads to the user: who issued a payment, who changed a salary.
  visibleTo: () => sql`TRUE`,
  fields: {
    id: u.plain('id'),
    username: u.text('username'),
    role: u.plain('role'),
    admin: condition(sql`u.role = 'ADMIN'`),
    employeeId: u.orNull.plain('employeeId'),
    disabledAt: u.orNull.instant('disabledAt'),
  },
  nesting: 'inner',
});

/** Everybody who may, or might once, log in, in the order in which they were added: ids sort by time. */
export const userList: List<User, Viewer, QueryUsersArgs> = {
  name: 'users',
  table: userTable,
  order: { columns: [byId(sql`u.id`)], direction: 'ASC' },
  conditions: ({ filter }) => (filter ? conditions(filter) : []),
};

const maxSearchCharacters = 100;

function conditions({ search, id }: UserFilter): Sql[] {
  const found: Sql[] = [];
  if (search != null && search.trim() !== '') {
    const text = usernameKey(parseText(search, 'filter.search', maxSearchCharacters));
    found.push(sql`u.username_key LIKE ${`%${text.replace(/[\\%_]/g, '\\$&')}%`}`);
  }
  if (id != null) found.push(sql`u.id = ${parseId(id, 'filter.id')}::uuid`);
  return found;
}
