import type { PayRunKind, PayRunStatus } from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import { oneOf, textIn } from '../ui/search.js';

export interface PayRunsSearch {
  status?: PayRunStatus | undefined;
  kind?: PayRunKind | undefined;
  after?: string | undefined;
}

export function parsePayRunsSearch(given: Record<string, unknown>): PayRunsSearch {
  return {
    status: oneOf<PayRunStatus>(given.status, texts.payRunStatus),
    kind: oneOf<PayRunKind>(given.kind, texts.payRunKind),
    after: textIn(given.after),
  };
}

export interface PayRunSearch {
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
