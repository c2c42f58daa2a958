import type {
  AuditLogQuery,
  LastPayRunQuery,
  PayRunItemsQuery,
  PayRunQuery,
  VoidedPaymentsQuery,
} from '../generated/graphql.js';

export type Items = NonNullable<PayRunItemsQuery['payRun']>['items'];
export type PayRun = NonNullable<PayRunQuery['payRun']> & { items: Items };
export type Item = Items['nodes'][number];
export type LastRun = LastPayRunQuery['payRuns']['nodes'][number];
export type VoidedPayment = VoidedPaymentsQuery['payments']['nodes'][number];
export type HistoryEntry = AuditLogQuery['auditLog']['nodes'][number];

/** Who drafted or edited a run does not approve it where a second admin has to. */
export const hasMade = (username: string, { draftedBy }: PayRun, history: readonly HistoryEntry[]): boolean =>
  draftedBy.username === username ||
  history.some(({ actor, action }) => actor?.username === username && edits.has(action));

const edits: ReadonlySet<string> = new Set(['pay_run.edited', 'pay_run.lines_imported']);

/** What was done since the newest approval that an edit or somebody has taken back, the newest first. */
export function sinceApproval(history: readonly HistoryEntry[]): HistoryEntry[] | undefined {
  const approval = history.findIndex(({ action }) => action === 'pay_run.approved');
  return approval === -1 ? undefined : history.slice(0, approval);
}
