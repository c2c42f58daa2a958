import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { ask } from '../api.js';
import { PayRunDocument } from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import { oneOf, textIn } from '../ui/search.js';
import { rootRoute } from './root.js';

const pageSize = 50;

interface PayRunSearch {
  search?: string | undefined;
  blocked?: 'yes' | 'no' | undefined;
  after?: string | undefined;
}

export function parsePayRunSearch(given: Record<string, unknown>): PayRunSearch {
  return {
    search: textIn(given.search),
    blocked: oneOf<'yes' | 'no'>(given.blocked, texts.payRun.blocked),
    after: textIn(given.after),
  };
}

export const payRunRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/pay-runs/$id',
  validateSearch: parsePayRunSearch,
  loaderDeps: ({ search }) => search,
  loader: async ({ params, deps: { after, search, blocked } }) => {
    const filter = { search, ...(blocked && { hasBlockers: blocked === 'yes' }) };
    return ask(PayRunDocument, { id: params.id, first: pageSize, after, filter });
  },
  component: lazyRouteComponent(() => import('./pay-run.js'), 'PayRunPage'),
});
