import { type Currency, type Decimal, decimal } from './scalars.js';

/** An amount in one currency, as the API gives and takes it. */
export interface Money {
  readonly amount: Decimal;
  readonly currency: Currency;
}

/** Of ISO 4217; all other currencies have two. Intl's own digits differ for HUF, IQD, PKR and others. */
const digitsOfOthers: Record<number, string> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF',
  3: 'BHD IQD JOD KWD LYD OMR TND',
};

/** How many digits an amount has after the decimal point. */
export function currencyDigits(currency: Currency): number {
  for (const [digits, codes] of Object.entries(digitsOfOthers)) {
    if (codes.includes(currency)) return Number(digits);
  }
  return 2;
}

/**
 * @returns the sum, exactly, with the currency's digits
 * @throws TypeError when the currencies differ
 */
export function addMoney(first: Money, ...others: readonly Money[]): Money {
  const { currency } = first;
  const all = [first, ...others];
  const scale = Math.max(currencyDigits(currency), ...all.map(({ amount }) => fractionOf(amount).length));
  const sum = all.reduce((total, money) => {
    requireSameCurrency(first, money);
    return total + scaled(money.amount, scale);
  }, 0n);
  return { amount: decimalOf(sum, scale), currency };
}

/**
 * @returns the first less the second, exactly
 * @throws TypeError when the currencies differ
 */
export function subtractMoney(first: Money, second: Money): Money {
  const { amount, currency } = second;
  const negative = amount.startsWith('-') ? amount.slice(1) : `-${amount}`;
  return addMoney(first, { amount: decimal(negative), currency });
}

/**
 * For sorting: negative when the first is less, 0 when they are equal, positive when it is more.
 *
 * @throws TypeError when the currencies differ
 */
export function compareMoney(first: Money, second: Money): number {
  requireSameCurrency(first, second);
  return compareDecimals(first.amount, second.amount);
}

/** For sorting. `"5.0"` and `"5.00"` are equal. */
export function compareDecimals(first: Decimal, second: Decimal): number {
  const scale = Math.max(fractionOf(first).length, fractionOf(second).length);
  const difference = scaled(first, scale) - scaled(second, scale);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** Shows money in the reader's language, with the digits that ISO 4217 gives the currency, exactly. */
export function formatMoney(
  { amount, currency }: Money,
  locale?: string,
  options: Omit<Intl.NumberFormatOptions, 'style' | 'currency'> = {},
): string {
  const digits = Math.max(currencyDigits(currency), fractionOf(amount).length);
  return new Intl.NumberFormat(locale, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    ...options,
    style: 'currency',
    currency,
  }).format(amount);
}

function requireSameCurrency(first: Money, second: Money): void {
  if (first.currency !== second.currency) {
    throw new TypeError(`${first.currency} and ${second.currency} are different currencies`);
  }
}

function fractionOf(amount: Decimal): string {
  return amount.split('.')[1] ?? '';
}

function scaled(amount: Decimal, scale: number): bigint {
  const [units = ''] = amount.split('.');
  return BigInt(units + fractionOf(amount).padEnd(scale, '0'));
}

function decimalOf(value: bigint, scale: number): Decimal {
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0');
  const point = digits.length - scale;
  const fraction = scale > 0 ? `.${digits.slice(point)}` : '';
  return decimal(`${value < 0n ? '-' : ''}${digits.slice(0, point)}${fraction}`);
}
