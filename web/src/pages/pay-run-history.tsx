import { formatInstant } from '../format.js';
import { texts } from '../texts/texts.js';
import { Notice, Section } from '../ui/layout.js';
import { type Column, Table } from '../ui/table.js';
import { AuditChanges, auditSentence } from './audit-entry.js';
import { type HistoryEntry, type PayRun, sinceApproval } from './pay-run-record.js';

const columns: Array<Column<HistoryEntry>> = [
  { name: texts.audit.at, nowrap: true, cell: ({ at }) => formatInstant(at) },
  { name: texts.audit.actor, cell: ({ actor }) => actor?.username ?? texts.audit.command },
  { name: texts.audit.action, cell: auditSentence },
  { name: texts.audit.changes, cell: ({ changes }) => <AuditChanges changes={changes} /> },
];

/** What was done to a run, for those who may read the audit log. */
export function History({ history }: { history: readonly HistoryEntry[] }) {
  if (history.length === 0) return null;
  return (
    <Section title={texts.payRun.history}>
      <Table caption={texts.payRun.history} columns={columns} rows={history} empty={null} />
    </Section>
  );
}

/** On a draft that was approved before: what has changed since then. */
export function SinceApproval({ payRun, history }: { payRun: PayRun; history: readonly HistoryEntry[] }) {
  const entries = payRun.status === 'DRAFT' ? sinceApproval(history) : undefined;
  if (!entries) return null;
  return (
    <Notice tone="warn">
      <strong>{texts.payRun.since}</strong>
      <ul>
        {entries.map((entry) => (
          <li key={entry.id}>
            {formatInstant(entry.at)}, {entry.actor?.username}: {auditSentence(entry)}
          </li>
        ))}
      </ul>
    </Notice>
  );
}
