import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { ask } from '../api.js';
import {
  AuditLogDocument,
  LastPayRunDocument,
  PayRunDocument,
  PayRunItemsDocument,
  type PayRunQuery,
  VoidedPaymentsDocument,
} from '../generated/graphql.js';
import { pageSize } from '../ui/search.js';
import type { HistoryEntry, LastRun, VoidedPayment } from './pay-run-record.js';
import { parsePayRunSearch } from './pay-runs.search.js';
import { rootRoute } from './root.js';

export const payRunRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/pay-runs/$id',
  validateSearch: parsePayRunSearch,
  loaderDeps: ({ search }) => search,
  loader: async ({ params: { id }, deps: { after, search, blocked }, context: { me } }) => {
    const { payRun, company } = await ask(PayRunDocument, { id });
    if (!payRun) return undefined;
    const [last, history, voided] = await Promise.all([
      readLast(payRun),
      me.admin ? readHistory(id) : [],
      payRun.status === 'ISSUED' ? readVoided(id) : [],
    ]);
    const items = await ask(PayRunItemsDocument, {
      ...{ id, first: pageSize, after },
      filter: { search, ...(blocked && { hasBlockers: blocked === 'yes' }) },
      last: { payRunId: last?.id },
      hasLast: last !== undefined,
    });
    if (!items.payRun) return undefined;
    return { company, payRun: { ...payRun, items: items.payRun.items }, last, history, voided };
  },
  component: lazyRouteComponent(() => import('./pay-run.js'), 'PayRunPage'),
});

/** The regular run that was issued before this one: what its net pay is compared with. */
async function readLast({ id, payDate }: NonNullable<PayRunQuery['payRun']>): Promise<LastRun | undefined> {
  const filter = { status: 'ISSUED', kind: 'REGULAR', to: payDate } as const;
  const { payRuns } = await ask(LastPayRunDocument, { filter });
  return payRuns.nodes.find((run) => run.id !== id);
}

/** What was done to the run, the newest first. */
async function readHistory(id: string): Promise<HistoryEntry[]> {
  return (await ask(AuditLogDocument, { first: pageSize, filter: { subject: id } })).auditLog.nodes;
}

/** The run's payments that were voided, and that nothing stands in for. */
async function readVoided(id: string): Promise<VoidedPayment[]> {
  const { payments } = await ask(VoidedPaymentsDocument, { filter: { payRunId: id, status: 'VOIDED' } });
  return payments.nodes.filter(({ replacedBy }) => !replacedBy);
}
