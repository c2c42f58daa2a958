import { texts } from '../texts/texts.js';
import { dayIn, idIn, oneOf, textIn } from '../ui/search.js';

export interface AuditSearch {
  action?: string | undefined;
  actorId?: string | undefined;
  subject?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  after?: string | undefined;
}

export function parseAuditSearch(given: Record<string, unknown>): AuditSearch {
  return {
    action: oneOf(given.action, texts.audit.actions),
    actorId: idIn(given.actorId),
    subject: idIn(given.subject),
    from: dayIn(given.from),
    to: dayIn(given.to),
    after: textIn(given.after),
  };
}
