import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { ask } from '../api.js';
import { startOfDay } from '../format.js';
import { PaymentSumsDocument, PaymentsDocument } from '../generated/graphql.js';
import { pageSize } from '../ui/search.js';
import { parsePaymentsSearch } from './payments.search.js';
import { rootRoute } from './root.js';

/** Before and after all payments. */
const allDays = { from: '1900-01-01', to: '2999-12-31' };

export const paymentsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/payments',
  validateSearch: parsePaymentsSearch,
  loaderDeps: ({ search }) => search,
  loader: async ({ deps: { after, from, to, ...filter }, context: { me } }) => {
    // They take longer than the list, which does not wait for them. Who sees the own payments only adds up the page.
    const sums =
      me.role === 'EMPLOYEE'
        ? undefined
        : ask(PaymentSumsDocument, { from: from ?? allDays.from, to: to ?? allDays.to })
            .then(({ payrollSummary }) => payrollSummary)
            .catch(() => undefined);
    const { payments } = await ask(PaymentsDocument, {
      first: pageSize,
      after,
      filter: { ...filter, issuedFrom: startOfDay(from), issuedTo: startOfDay(to, 1) },
    });
    return { payments, sums };
  },
  component: lazyRouteComponent(() => import('./payments.js'), 'PaymentsPage'),
});
