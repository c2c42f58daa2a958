import { dayIn, textIn } from '../ui/search.js';

export interface AuditSearch {
  action?: string | undefined;
  subject?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  after?: string | undefined;
}

export function parseAuditSearch(given: Record<string, unknown>): AuditSearch {
  return {
    action: textIn(given.action),
    subject: textIn(given.subject),
    from: dayIn(given.from),
    to: dayIn(given.to),
    after: textIn(given.after),
  };
}
