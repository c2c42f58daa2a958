import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { ask } from '../api.js';
import { PayRunsDocument } from '../generated/graphql.js';
import { pageSize } from '../ui/search.js';
import { parsePayRunsSearch } from './pay-runs.search.js';
import { rootRoute } from './root.js';

export const payRunsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/pay-runs',
  validateSearch: parsePayRunsSearch,
  loaderDeps: ({ search }) => search,
  loader: async ({ deps: { after, ...filter } }) =>
    (await ask(PayRunsDocument, { first: pageSize, after, filter })).payRuns,
  component: lazyRouteComponent(() => import('./pay-runs.js'), 'PayRunsPage'),
});
