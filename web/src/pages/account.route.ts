import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { ask } from '../api.js';
import { SessionsDocument } from '../generated/graphql.js';
import { rootRoute } from './root.js';

export const accountRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/account',
  loader: async () => (await ask(SessionsDocument, {})).sessions,
  component: lazyRouteComponent(() => import('./account.js'), 'AccountPage'),
});
