import type { EmployeeStatus } from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import { oneOf, textIn } from '../ui/search.js';

export interface EmployeesSearch {
  search?: string | undefined;
  department?: string | undefined;
  status?: EmployeeStatus | undefined;
  only?: 'leaving' | 'noAccount' | undefined;
  after?: string | undefined;
}

export function parseEmployeesSearch(given: Record<string, unknown>): EmployeesSearch {
  return {
    search: textIn(given.search),
    department: textIn(given.department),
    status: oneOf<EmployeeStatus>(given.status, texts.status),
    only: oneOf<'leaving' | 'noAccount'>(given.only, texts.employees.onlyOf),
    after: textIn(given.after),
  };
}
