import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { ask } from '../api.js';
import { EmployeeRecordDocument } from '../generated/graphql.js';
import { rootRoute } from './root.js';

export const editRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/employees/$id/edit',
  loader: async ({ params }) => (await ask(EmployeeRecordDocument, params)).employee,
  component: lazyRouteComponent(() => import('./edit.js'), 'EditPage'),
});
