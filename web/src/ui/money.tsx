import { type Currency, type Decimal, formatMoney } from '@stipend/client';
import { moneyParts } from '../format.js';
import { locale } from '../texts/texts.js';
import css from './table.module.css';

export interface Amount {
  amount: Decimal;
  currency: Currency;
}

export const moneyText = (money: Amount): string => formatMoney(money, locale);

/** Amounts of a column stand with their decimal signs below each other, whatever digits their currencies have. */
export function Money({ money, signed }: { money: Amount; signed?: boolean }) {
  const { whole, fraction } = moneyParts(money, signed);
  return (
    <span className={css.nowrap}>
      <span className={css.muted}>{money.currency}</span> {whole}
      <span className={css.fraction} data-digits={Math.max(0, fraction.length - 1)}>
        {fraction}
      </span>
    </span>
  );
}
