import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { ask } from '../api.js';
import { CompanyDocument } from '../generated/graphql.js';
import { rootRoute } from './root.js';

export const companyRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/company',
  loader: async () => (await ask(CompanyDocument, {})).company,
  component: lazyRouteComponent(() => import('./company.js'), 'CompanyPage'),
});
