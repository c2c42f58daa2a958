import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { ask } from '../api.js';
import { UsersDocument } from '../generated/graphql.js';
import { pageSize } from '../ui/search.js';
import { rootRoute } from './root.js';
import { parseUsersSearch } from './users.search.js';

export const usersRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/users',
  validateSearch: parseUsersSearch,
  loaderDeps: ({ search }) => search,
  loader: async ({ deps: { after, ...filter } }) =>
    (await ask(UsersDocument, { first: pageSize, after, filter })).users,
  component: lazyRouteComponent(() => import('./users.js'), 'UsersPage'),
});
