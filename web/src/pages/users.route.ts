import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { ask } from '../api.js';
import { UsersDocument } from '../generated/graphql.js';
import { pageSize, textIn } from '../ui/search.js';
import { rootRoute } from './root.js';

export const usersRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/users',
  validateSearch: (given: Record<string, unknown>): { after?: string | undefined } => ({
    after: textIn(given.after),
  }),
  loaderDeps: ({ search }) => search,
  loader: async ({ deps: { after } }) => (await ask(UsersDocument, { first: pageSize, after })).users,
  component: lazyRouteComponent(() => import('./users.js'), 'UsersPage'),
});
