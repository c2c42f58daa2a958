import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { ask } from '../api.js';
import { EmployeeRecordDocument } from '../generated/graphql.js';
import { textIn } from '../ui/search.js';
import { rootRoute } from './root.js';

export const payRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/employees/$id/pay',
  validateSearch: (given: Record<string, unknown>): { replaces?: string | undefined } => ({
    replaces: textIn(given.replaces),
  }),
  loader: async ({ params }) => (await ask(EmployeeRecordDocument, params)).employee,
  component: lazyRouteComponent(() => import('./pay.js'), 'PayPage'),
});
