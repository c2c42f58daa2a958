import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { ask } from '../api.js';
import { EmployeeDocument } from '../generated/graphql.js';
import { instantsOf, parseEmployeeSearch } from './employee.search.js';
import { rootRoute } from './root.js';

export const employeeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/employees/$id',
  validateSearch: parseEmployeeSearch,
  loaderDeps: ({ search }) => search,
  loader: async ({ params, deps: { year, after } }) =>
    (
      await ask(EmployeeDocument, {
        ...params,
        first: 100,
        after,
        payments: year === undefined ? {} : instantsOf(year),
      })
    ).employee,
  component: lazyRouteComponent(() => import('./employee.js'), 'EmployeePage'),
});
