import { addMoney } from '@stipend/client';
import type { PaymentStatus, PaymentSumsQuery } from '../generated/graphql.js';
import type { Amount } from '../ui/money.js';
import type { PaymentsSearch } from './payments.search.js';

/** One amount for each currency. */
function totalsOf(amounts: readonly Amount[]): Amount[] {
  const totals = new Map<string, Amount>();
  for (const amount of amounts) {
    const total = totals.get(amount.currency);
    totals.set(amount.currency, total ? addMoney(total, amount) : amount);
  }
  return [...totals.values()];
}

/** Of the payments that count. */
export const totalsOfRows = (rows: ReadonlyArray<{ amount: Amount; status: PaymentStatus }>): Amount[] =>
  totalsOf(rows.filter(({ status }) => status === 'ISSUED').map(({ amount }) => amount));

type Sums = PaymentSumsQuery['payrollSummary'];

/** Of all payments that a filter matches: those that count, or those that were voided if it asks for them. */
export const totalsOfFilter = (sums: Sums, { kind, status, currency }: PaymentsSearch): Amount[] =>
  totalsOf(
    sums
      .filter((sum) => kind === undefined || sum.key === kind)
      .filter((sum) => currency === undefined || sum.currency === currency)
      .map(({ issued, voided }) => (status === 'VOIDED' ? voided : issued)),
  );
