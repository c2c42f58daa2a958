import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { ask } from '../api.js';
import { PaymentDocument } from '../generated/graphql.js';
import { rootRoute } from './root.js';

export const paymentRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/payments/$id',
  loader: async ({ params }) => (await ask(PaymentDocument, params)).payment,
  component: lazyRouteComponent(() => import('./payment.js'), 'PaymentPage'),
});
