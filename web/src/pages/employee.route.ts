import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { ask } from '../api.js';
import { EmployeeComponentsDocument, EmployeeDocument } from '../generated/graphql.js';
import { instantsOf, parseEmployeeSearch } from './employee.search.js';
import { rootRoute } from './root.js';

const pageSize = 100;

export const employeeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/employees/$id',
  validateSearch: parseEmployeeSearch,
  loaderDeps: ({ search }) => search,
  loader: async ({ params: { id }, deps: { year, after, on } }) => {
    const shownYear = year ?? new Date().getFullYear();
    const payments = year === undefined ? {} : instantsOf(year);
    const [{ employee }, components] = await Promise.all([
      ask(EmployeeDocument, { id, first: pageSize, after, payments, year: shownYear }),
      ask(EmployeeComponentsDocument, { id, on }),
    ]);
    return employee && { ...employee, shownYear, components: components.employee?.components ?? [] };
  },
  component: lazyRouteComponent(() => import('./employee.js'), 'EmployeePage'),
});
