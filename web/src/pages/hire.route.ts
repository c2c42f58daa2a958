import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from './root.js';

export const hireRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/employees/new',
  component: lazyRouteComponent(() => import('./hire.js'), 'HirePage'),
});
