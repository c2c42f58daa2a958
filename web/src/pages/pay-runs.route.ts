import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { ask } from '../api.js';
import { type PayRunKind, type PayRunStatus, PayRunsDocument } from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import { oneOf, textIn } from '../ui/search.js';
import { rootRoute } from './root.js';

const pageSize = 50;

interface PayRunsSearch {
  status?: PayRunStatus | undefined;
  kind?: PayRunKind | undefined;
  after?: string | undefined;
}

export function parsePayRunsSearch(given: Record<string, unknown>): PayRunsSearch {
  return {
    status: oneOf<PayRunStatus>(given.status, texts.payRunStatus),
    kind: oneOf<PayRunKind>(given.kind, texts.payRunKind),
    after: textIn(given.after),
  };
}

export const payRunsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/pay-runs',
  validateSearch: parsePayRunsSearch,
  loaderDeps: ({ search }) => search,
  loader: async ({ deps: { after, ...filter } }) =>
    (await ask(PayRunsDocument, { first: pageSize, after, filter })).payRuns,
  // Loaded when it is first opened: see "A new page" in web/README.md.
  component: lazyRouteComponent(() => import('./pay-runs.js'), 'PayRunsPage'),
});
