import type { MeQuery } from '../generated/graphql.js';
import { texts } from '../texts/texts.js';

export type Me = MeQuery['me'];

export interface PageLink {
  to: string;
  text: string;
}

/** The pages that a user may open. What is not allowed is not shown. */
export function pagesFor(me: Me): PageLink[] {
  const { nav } = texts;
  const readsAll = me.role !== 'EMPLOYEE';
  return [
    ...(readsAll
      ? [
          { to: '/', text: nav.start },
          { to: '/employees', text: nav.employees },
        ]
      : []),
    ...(!readsAll && me.employee ? [{ to: `/employees/${me.employee.id}`, text: nav.record }] : []),
    { to: '/payments', text: nav.payments },
    ...(readsAll
      ? [
          { to: '/pay-runs', text: nav.payRuns },
          { to: '/components', text: nav.components },
        ]
      : []),
    ...(me.admin ? [{ to: '/users', text: nav.users }] : []),
    ...(readsAll ? [{ to: '/company', text: nav.company }] : []),
    ...(me.admin
      ? [
          { to: '/import', text: nav.import },
          { to: '/audit', text: texts.audit.title },
        ]
      : []),
    { to: '/account', text: nav.account },
  ];
}
