import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { ask } from '../api.js';
import { figureDays } from '../format.js';
import { FiguresDocument, PeopleDocument } from '../generated/graphql.js';
import { rootRoute } from './root.js';
import { maxShown, parseStartSearch } from './start.search.js';

export const startRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  validateSearch: parseStartSearch,
  beforeLoad: ({ context: { me } }) => {
    if (me.role === 'EMPLOYEE') throw redirect({ to: '/payments' });
  },
  loader: async () => {
    const [people, figures] = await Promise.all([
      ask(PeopleDocument, { first: maxShown }),
      ask(FiguresDocument, figureDays()),
    ]);
    return { people, figures };
  },
  component: lazyRouteComponent(() => import('./start.js'), 'StartPage'),
});
