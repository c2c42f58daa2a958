// What does not compile. Nothing runs this file: `npm run typecheck` fails where a line under @ts-expect-error compiles.

import type { Viewer } from '../../src/accounts/viewer.js';
import { sql } from '../../src/database/sql.js';
import type { User as UserModel } from '../../src/generated/prisma/client.js';
import type { Rules } from '../../src/graphql/permissions.js';
import type { RootResolvers } from '../../src/graphql/schema.js';
import { columnsOf } from '../../src/reads/columns.js';
import { defineTable } from '../../src/reads/table.js';

interface Row {
  username: string;
  employeeId: string | null;
}

const u = columnsOf<UserModel>('u');
const table = {
  typename: 'User',
  from: () => sql`users u`,
  id: sql`u.id`,
  visibleTo: () => sql`true`,
  nesting: 'outer',
} as const;
const username = u.text('username');
const employeeId = u.orNull.plain('employeeId');

/** It compiles whole, so that what is refused below is refused for its one fault. */
export const whole = defineTable<Row, Viewer>({ ...table, fields: { username, employeeId } });

// @ts-expect-error employeeId is missing
export const missingField = defineTable<Row, Viewer>({ ...table, fields: { username } });

export const unknownField = defineTable<Row, Viewer>({
  ...table,
  // @ts-expect-error disabledAt is no property of the row
  fields: { username, employeeId, disabledAt: username },
});

const disabled = u.instant('createdAt');
// @ts-expect-error an instant is no boolean
export const wrongType = defineTable<{ disabled: boolean }, Viewer>({ ...table, fields: { disabled } });

// @ts-expect-error a nullable column is read without orNull
export const forgottenNull = u.plain('employeeId');

// @ts-expect-error the row says that employeeId is never null
export const hiddenNull = defineTable<{ employeeId: string }, Viewer>({ ...table, fields: { employeeId } });

// @ts-expect-error a column that the database does not have
export const unknownColumn = u.text('phone');

declare const rules: Rules;
declare const rulesWithout: {
  query: Omit<Rules['Query'], 'employees'>;
  mutation: Omit<Rules['Mutation'], 'login'>;
};

// @ts-expect-error employees has no rule
export const queryWithoutRule: Rules = { ...rules, Query: rulesWithout.query };

// @ts-expect-error login has no rule
export const mutationWithoutRule: Rules = { ...rules, Mutation: rulesWithout.mutation };

declare const resolvers: RootResolvers;
declare const resolversWithout: {
  query: Omit<RootResolvers['Query'], 'employees'>;
  mutation: Omit<RootResolvers['Mutation'], 'login'>;
};

// @ts-expect-error employees has no resolver
export const queryWithoutResolver: RootResolvers = { ...resolvers, Query: resolversWithout.query };

// @ts-expect-error login has no resolver
export const mutationWithoutResolver: RootResolvers = { ...resolvers, Mutation: resolversWithout.mutation };
