import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { ask } from '../api.js';
import { PayRunDocument } from '../generated/graphql.js';
import { pageSize } from '../ui/search.js';
import { parsePayRunSearch } from './pay-runs.search.js';
import { rootRoute } from './root.js';

export const payRunRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/pay-runs/$id',
  validateSearch: parsePayRunSearch,
  loaderDeps: ({ search }) => search,
  loader: async ({ params, deps: { after, search, blocked } }) => {
    const filter = { search, ...(blocked && { hasBlockers: blocked === 'yes' }) };
    return ask(PayRunDocument, { id: params.id, first: pageSize, after, filter });
  },
  component: lazyRouteComponent(() => import('./pay-run.js'), 'PayRunPage'),
});
