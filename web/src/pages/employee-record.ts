import type { EmployeeRecordQuery } from '../generated/graphql.js';

/** What forms begin with. */
export type EmployeeRecord = NonNullable<EmployeeRecordQuery['employee']>;
