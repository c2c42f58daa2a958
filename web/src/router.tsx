import { createRouter } from '@tanstack/react-router';
import { accountRoute } from './pages/account.route.js';
import { auditRoute } from './pages/audit.route.js';
import { companyRoute } from './pages/company.route.js';
import { componentsRoute } from './pages/components.route.js';
import { editRoute } from './pages/edit.route.js';
import { employeeRoute } from './pages/employee.route.js';
import { employeesRoute } from './pages/employees.route.js';
import { hireRoute } from './pages/hire.route.js';
import { importRoute } from './pages/import.route.js';
import type { Me } from './pages/page-links.js';
import { payRoute } from './pages/pay.route.js';
import { payRunRoute } from './pages/pay-run.route.js';
import { payRunsRoute } from './pages/pay-runs.route.js';
import { paymentRoute } from './pages/payment.route.js';
import { paymentsRoute } from './pages/payments.route.js';
import { rootRoute } from './pages/root.js';
import { startRoute } from './pages/start.route.js';
import { usersRoute } from './pages/users.route.js';
import { PageFailure } from './ui/failure.js';
import { Skeleton } from './ui/layout.js';

/** Every page. The server serves the first part of each path: `consolePages` in src/http/console/console-files.ts. */
const routeTree = rootRoute.addChildren([
  startRoute,
  employeesRoute,
  hireRoute,
  employeeRoute,
  editRoute,
  payRoute,
  paymentsRoute,
  paymentRoute,
  payRunsRoute,
  payRunRoute,
  usersRoute,
  companyRoute,
  componentsRoute,
  auditRoute,
  importRoute,
  accountRoute,
]);

export function createConsoleRouter(me: Me) {
  return createRouter({
    routeTree,
    context: { me },
    defaultPreload: false,
    defaultPendingMs: 150,
    defaultPendingMinMs: 0,
    defaultPendingComponent: Skeleton,
    defaultErrorComponent: PageFailure,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}
