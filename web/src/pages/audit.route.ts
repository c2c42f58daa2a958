import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { ask } from '../api.js';
import { startOfDay } from '../format.js';
import { AuditLogDocument } from '../generated/graphql.js';
import { pageSize } from '../ui/search.js';
import { parseAuditSearch } from './audit.search.js';
import { subjectOf, userOf } from './find-people.js';
import { rootRoute } from './root.js';

export const auditRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/audit',
  validateSearch: parseAuditSearch,
  loaderDeps: ({ search }) => search,
  loader: async ({ deps: { after, from, to, ...filter } }) => {
    const days = { from: startOfDay(from), to: startOfDay(to, 1) };
    const [{ auditLog }, actor, subject] = await Promise.all([
      ask(AuditLogDocument, { first: pageSize, after, filter: { ...filter, ...days } }),
      userOf(filter.actorId),
      subjectOf(filter.subject),
    ]);
    return { auditLog, actor, subject };
  },
  component: lazyRouteComponent(() => import('./audit.js'), 'AuditPage'),
});
