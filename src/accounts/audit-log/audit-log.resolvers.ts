import { chainAuditEntries } from '../../audit/audit-chain.js';
import type { Database } from '../../database/database.js';
import type { QueryAuditLogArgs } from '../../generated/schema-types.js';
import type { Reads } from '../../reads/reads.js';
import type { FieldInfo } from '../../reads/requested-fields.js';
import { userTable } from '../user.js';
import type { Viewer } from '../viewer.js';
import { type AuditEntry, auditLog } from './audit-entry.js';

interface Context {
  reads: Reads<Viewer>;
  deps: { database: Database };
}

export const auditLogResolvers = {
  Query: {
    auditLog: async (
      _parent: unknown,
      args: QueryAuditLogArgs,
      { reads, deps }: Context,
      info: FieldInfo,
    ) => {
      // What is shown has its hash, however new it is.
      await chainAuditEntries(deps.database);
      return reads.list(auditLog, args, info);
    },
  },
  AuditEntry: {
    actor: ({ actorId }: AuditEntry, _args: unknown, { reads }: Context) =>
      reads.byIdOrNull(userTable, actorId),
  },
};
