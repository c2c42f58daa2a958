import { texts } from '../texts/texts.js';
import { Facts, Section } from '../ui/layout.js';
import { type Amount, moneyText } from '../ui/money.js';

interface TotalsProps {
  title: string;
  totals: readonly Amount[];
  hint: string;
}

/** A sum for each currency. */
export function Totals({ title, totals, hint }: TotalsProps) {
  if (totals.length === 0) return null;
  return (
    <Section title={title}>
      <Facts facts={totals.map((total) => [total.currency, moneyText(total)])} />
      <p>{hint}</p>
    </Section>
  );
}

export const pageTotals = { title: texts.payments.totals, hint: texts.payments.voidedLeftOut };
