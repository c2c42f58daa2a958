import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { ask } from '../api.js';
import { startOfDay } from '../format.js';
import { PaymentsDocument } from '../generated/graphql.js';
import { pageSize } from '../ui/search.js';
import { parsePaymentsSearch } from './payments.search.js';
import { rootRoute } from './root.js';

export const paymentsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/payments',
  validateSearch: parsePaymentsSearch,
  loaderDeps: ({ search }) => search,
  loader: async ({ deps: { after, from, to, ...filter } }) =>
    (
      await ask(PaymentsDocument, {
        first: pageSize,
        after,
        filter: { ...filter, issuedFrom: startOfDay(from), issuedTo: startOfDay(to, 1) },
      })
    ).payments,
  component: lazyRouteComponent(() => import('./payments.js'), 'PaymentsPage'),
});
