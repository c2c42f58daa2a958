import { textIn } from '../ui/search.js';

export interface UsersSearch {
  search?: string | undefined;
  after?: string | undefined;
}

export const parseUsersSearch = (given: Record<string, unknown>): UsersSearch => ({
  search: textIn(given.search),
  after: textIn(given.after),
});
