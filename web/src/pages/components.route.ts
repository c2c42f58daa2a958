import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { ask } from '../api.js';
import { PayComponentsDocument } from '../generated/graphql.js';
import { oneOf } from '../ui/search.js';
import { rootRoute } from './root.js';

interface ComponentsSearch {
  archived?: 'yes' | undefined;
}

export const componentsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/components',
  validateSearch: (given: Record<string, unknown>): ComponentsSearch => ({
    archived: oneOf<'yes'>(given.archived, { yes: true }),
  }),
  loaderDeps: ({ search }) => search,
  loader: async ({ deps: { archived } }) =>
    (await ask(PayComponentsDocument, { includeArchived: archived === 'yes' })).payComponents,
  component: lazyRouteComponent(() => import('./components.js'), 'ComponentsPage'),
});
