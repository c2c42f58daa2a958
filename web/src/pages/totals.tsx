import { addMoney } from '@stipend/client';
import { texts } from '../texts/texts.js';
import { Facts, Section } from '../ui/layout.js';
import { type Amount, moneyText } from '../ui/money.js';
import type { PaymentRow } from './payment-columns.js';

type Summed = Pick<PaymentRow, 'amount' | 'status'>;

/** The sum of the payments that count, for each currency. */
export function Totals({ title, rows }: { title: string; rows: readonly Summed[] }) {
  if (rows.length === 0) return null;
  return (
    <Section title={title}>
      <Facts facts={totalsOf(rows).map((total) => [total.currency, moneyText(total)])} />
      <p>{texts.payments.voidedLeftOut}</p>
    </Section>
  );
}

function totalsOf(rows: readonly Summed[]): Amount[] {
  const totals = new Map<string, Amount>();
  for (const { amount, status } of rows) {
    const total = totals.get(amount.currency);
    if (status === 'ISSUED') totals.set(amount.currency, total ? addMoney(total, amount) : amount);
  }
  return [...totals.values()];
}
