import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { ask } from '../api.js';
import { figureDays } from '../format.js';
import { FiguresDocument, PeopleDocument } from '../generated/graphql.js';
import type { Person } from './person.js';
import { rootRoute } from './root.js';
import { parseStartSearch } from './start.search.js';

export const startRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  validateSearch: parseStartSearch,
  beforeLoad: ({ context: { me } }) => {
    if (me.role === 'EMPLOYEE') throw redirect({ to: '/payments' });
  },
  loader: async () => {
    const [people, figures] = await Promise.all([readPeople(), ask(FiguresDocument, figureDays())]);
    return { people, figures };
  },
  component: lazyRouteComponent(() => import('./start.js'), 'StartPage'),
});

const pageSize = 100;
/** Enough for 1,000 people; the lists of more are on the page of the employees. */
const maxPages = 10;

/** Everybody who works here, or will. */
async function readPeople(): Promise<Person[]> {
  const people: Person[] = [];
  let after: string | undefined;
  for (let page = 0; page < maxPages; page++) {
    const { employees } = await ask(PeopleDocument, { first: pageSize, after });
    people.push(...employees.nodes.filter(({ status }) => status !== 'TERMINATED'));
    if (!employees.pageInfo.hasNextPage) break;
    after = employees.pageInfo.endCursor ?? undefined;
  }
  return people;
}
