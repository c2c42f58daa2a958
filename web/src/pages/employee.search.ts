import { dayIn, textIn } from '../ui/search.js';

export interface EmployeeSearch {
  year?: number | undefined;
  after?: string | undefined;
  /** The day whose components are shown. */
  on?: string | undefined;
}

export function parseEmployeeSearch(given: Record<string, unknown>): EmployeeSearch {
  return { year: yearIn(given.year), after: textIn(given.after), on: dayIn(given.on) };
}

function yearIn(value: unknown): number | undefined {
  const year = Number(textIn(value));
  return Number.isInteger(year) && year >= 1900 && year < 3000 ? year : undefined;
}

/** A year where the reader is. */
export function instantsOf(year: number): { issuedFrom: string; issuedTo: string } {
  return {
    issuedFrom: new Date(year, 0, 1).toISOString(),
    issuedTo: new Date(year + 1, 0, 1).toISOString(),
  };
}
