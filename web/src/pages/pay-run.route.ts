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
import type { HistoryEntry, Items, LastRun, VoidedPayment } from './pay-run-record.js';
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
    const read: ReadItems = async ({ hasBlockers, ...page }) => {
      const filter = { search, hasBlockers };
      const lastPay = { last: { payRunId: last?.id }, hasLast: last !== undefined };
      const found = await ask(PayRunItemsDocument, { id, first: pageSize, ...page, filter, ...lastPay });
      return found.payRun?.items;
    };
    const items =
      blocked === undefined && payRun.blockers.totalCount > 0
        ? await blockersFirst(read, after)
        : await read({ after: cursorOf(after), ...(blocked && { hasBlockers: blocked === 'yes' }) });
    return items && { company, payRun: { ...payRun, items }, last, history, voided };
  },
  component: lazyRouteComponent(() => import('./pay-run.js'), 'PayRunPage'),
});

type ReadItems = (page: {
  first?: number;
  after?: string | undefined;
  hasBlockers?: boolean;
}) => Promise<Items | undefined>;

/** Begins the cursor of a page that goes on among the items with blockers. */
const blockedMark = 'blocked:';

const cursorOf = (after: string | undefined) => (after?.startsWith(blockedMark) ? undefined : after);

/** All items that have blockers come before the others, however many pages they take. */
async function blockersFirst(read: ReadItems, after: string | undefined): Promise<Items | undefined> {
  const goesOn = after === undefined || after.startsWith(blockedMark);
  // What is not on this page is only counted.
  const blocked = await read({
    ...(goesOn ? { after: after?.slice(blockedMark.length) } : { first: 1 }),
    hasBlockers: true,
  });
  const { hasNextPage: isFull = false, endCursor } = (goesOn && blocked?.pageInfo) || {};
  const others = await read({ ...(isFull ? { first: 1 } : { after: cursorOf(after) }), hasBlockers: false });
  if (!blocked || !others) return undefined;
  return {
    ...others,
    nodes: [...(goesOn ? blocked.nodes : []), ...(isFull ? [] : others.nodes)],
    ...(isFull && { pageInfo: { ...blocked.pageInfo, endCursor: `${blockedMark}${endCursor}` } }),
    totalCount: blocked.totalCount + others.totalCount,
  };
}

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
