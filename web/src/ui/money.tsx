import { type Currency, currencyDigits, type Decimal, formatMoney } from '@stipend/client';
import { locale } from '../texts/texts.js';
import css from './table.module.css';

export interface Amount {
  amount: Decimal;
  currency: Currency;
}

export const moneyText = (money: Amount): string => formatMoney(money, locale);

/** Amounts of a column stand with their decimal signs below each other, whatever digits their currencies have. */
export function Money({ money }: { money: Amount }) {
  const digits = Math.max(currencyDigits(money.currency), money.amount.split('.')[1]?.length ?? 0);
  const parts = new Intl.NumberFormat(locale, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).formatToParts(money.amount);
  const point = parts.findIndex(({ type }) => type === 'decimal');
  const text = (from: number, to?: number) =>
    parts
      .slice(from, to)
      .map(({ value }) => value)
      .join('');
  return (
    <span className={css.nowrap}>
      <span className={css.muted}>{money.currency}</span> {text(0, point === -1 ? undefined : point)}
      <span className={css.fraction}>{point === -1 ? '' : text(point)}</span>
    </span>
  );
}
