import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { ask } from '../api.js';
import { startOfDay } from '../format.js';
import { AuditLogDocument } from '../generated/graphql.js';
import { pageSize } from '../ui/search.js';
import { parseAuditSearch } from './audit.search.js';
import { rootRoute } from './root.js';

export const auditRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/audit',
  validateSearch: parseAuditSearch,
  loaderDeps: ({ search }) => search,
  loader: async ({ deps: { after, from, to, ...filter } }) =>
    (
      await ask(AuditLogDocument, {
        first: pageSize,
        after,
        filter: { ...filter, from: startOfDay(from), to: startOfDay(to, 1) },
      })
    ).auditLog,
  component: lazyRouteComponent(() => import('./audit.js'), 'AuditPage'),
});
