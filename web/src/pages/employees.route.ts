import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { ask } from '../api.js';
import { EmployeesDocument } from '../generated/graphql.js';
import { pageSize } from '../ui/search.js';
import { parseEmployeesSearch } from './employees.search.js';
import { rootRoute } from './root.js';

export const employeesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/employees',
  validateSearch: parseEmployeesSearch,
  loaderDeps: ({ search }) => search,
  loader: async ({ deps: { after, only, ...filter } }) => {
    const onlyThem = {
      ...(only === 'leaving' && { isLeaving: true }),
      ...(only === 'noAccount' && { hasBankAccount: false }),
    };
    return (await ask(EmployeesDocument, { first: pageSize, after, filter: { ...filter, ...onlyThem } }))
      .employees;
  },
  component: lazyRouteComponent(() => import('./employees.js'), 'EmployeesPage'),
});
