import { textIn } from '../ui/search.js';

export interface StartSearch {
  /** Of the charts. */
  currency?: string | undefined;
}

export const parseStartSearch = (given: Record<string, unknown>): StartSearch => ({
  currency: textIn(given.currency),
});

/** People of each list; all of them are on the page of the employees. */
export const maxShown = 8;
