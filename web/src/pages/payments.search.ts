import type { PaymentKind, PaymentStatus } from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import { dayIn, oneOf, textIn } from '../ui/search.js';

export interface PaymentsSearch {
  kind?: PaymentKind | undefined;
  status?: PaymentStatus | undefined;
  from?: string | undefined;
  to?: string | undefined;
  currency?: string | undefined;
  after?: string | undefined;
}

export function parsePaymentsSearch(given: Record<string, unknown>): PaymentsSearch {
  return {
    kind: oneOf<PaymentKind>(given.kind, texts.kind),
    status: oneOf<PaymentStatus>(given.status, texts.paymentStatus),
    from: dayIn(given.from),
    to: dayIn(given.to),
    currency: textIn(given.currency)?.toUpperCase(),
    after: textIn(given.after),
  };
}
