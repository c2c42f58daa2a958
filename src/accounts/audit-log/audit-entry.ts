import type { AuditChange } from '../../audit/audit.js';
import { type Sql, sql } from '../../database/sql.js';
import type { AuditEntry as AuditEntryModel } from '../../generated/prisma/client.js';
import type { AuditFilter, QueryAuditLogArgs } from '../../generated/schema-types.js';
import { columnsOf, expression, json } from '../../reads/columns.js';
import type { List } from '../../reads/lists.js';
import { byId, byInstant } from '../../reads/pages.js';
import { defineTable } from '../../reads/table.js';
import type { Instant } from '../../values/dates.js';
import { parseId } from '../../values/ids.js';
import { parseText } from '../../values/text.js';
import type { Viewer } from '../viewer.js';

/** An audit entry as the API shows one. */
export interface AuditEntry {
  id: string;
  at: Instant;
  actorId: string | null;
  action: string;
  subject: string | null;
  changes: AuditChange[];
  ip: string | null;
  count: number;
  hash: string;
}

const a = columnsOf<AuditEntryModel>('a');

export const auditEntryTable = defineTable<AuditEntry, Viewer>({
  typename: 'AuditEntry',
  from: () => sql`audit_entries a JOIN audit_chain c ON c.entry_id = a.id`,
  id: sql`a.id`,
  visibleTo: (viewer) => (viewer.kind === 'signedIn' && viewer.role === 'ADMIN' ? sql`TRUE` : sql`FALSE`),
  fields: {
    id: a.plain('id'),
    at: a.instant('at'),
    actorId: a.orNull.plain('actorId'),
    action: a.text('action'),
    subject: a.orNull.plain('subject'),
    changes: json<AuditChange[]>(sql`a.changes`),
    ip: a.orNull.text('ip'),
    count: a.number('count'),
    hash: expression(sql`encode(c.hash, 'hex')`),
  },
  nesting: 'inner',
});

/** What was done, the newest first. */
export const auditLog: List<AuditEntry, Viewer, QueryAuditLogArgs> = {
  name: 'auditLog',
  table: auditEntryTable,
  order: { columns: [byInstant(sql`a.at`), byId(sql`a.id`)], direction: 'DESC' },
  // An entry is in the chain, or waits for it, and few wait: those in the chain need not be looked up, ten thousand of them.
  countFrom: sql`(
    SELECT * FROM audit_entries e WHERE NOT EXISTS (SELECT FROM audit_unchained u WHERE u.entry_id = e.id)) a`,
  conditions: ({ filter }) => (filter ? conditions(filter) : []),
};

const maxActionCharacters = 100;

function conditions({ actorId, action, subject, from, to }: AuditFilter): Sql[] {
  const found: Sql[] = [];
  if (actorId != null) found.push(sql`a.actor_id = ${parseId(actorId, 'filter.actorId')}::uuid`);
  if (action != null) {
    found.push(sql`a.action = ${parseText(action, 'filter.action', maxActionCharacters)}`);
  }
  if (subject != null) found.push(sql`a.subject = ${parseId(subject, 'filter.subject')}::uuid`);
  if (from != null) found.push(sql`a.at >= ${from}::timestamptz`);
  if (to != null) found.push(sql`a.at < ${to}::timestamptz`);
  return found;
}
