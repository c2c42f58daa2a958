import { badInput } from './app-error.js';
import { isCurrency, isCurrencyOrEnded, minorDigits } from './currencies.js';

/** An amount in the currency's smallest unit: 125050n EUR is 1250.50 EUR. Never a float. */
export interface Money {
  amountMinor: bigint;
  currency: string;
}

/** Longer than any amount: what is longer is refused before it is parsed. */
const maxDecimalLength = 30;
const decimal = /^(0|[1-9][0-9]*)(?:\.([0-9]+))?$/;

/** The largest number that PostgreSQL's BIGINT holds. */
export const maxMinor = 2n ** 63n - 1n;

/**
 * @param money as the API takes it: a decimal string and a currency code
 * @throws AppError BAD_USER_INPUT, naming `field` for the amount and `field.currency` for the currency
 */
export function parseMoney(money: { amount: unknown; currency: unknown }, field: string): Money {
  return parseAmount(money.amount, parseCurrency(money.currency, `${field}.currency`), field);
}

/**
 * The same of what was paid, which may be in a currency that has ended.
 *
 * @throws AppError BAD_USER_INPUT
 */
export function parsePaidMoney(money: { amount: unknown; currency: unknown }, field: string): Money {
  return parseAmount(money.amount, parseCurrencyOrEnded(money.currency, `${field}.currency`), field);
}

function parseAmount(amount: unknown, currency: string, field: string): Money {
  const digits = minorDigits(currency);
  const { units, fraction } = decimalParts(amount, field);
  if (fraction.length > digits) throw badInput(field, `"${field}": ${currency} has ${digits} minor digits.`);
  const amountMinor = BigInt(units + fraction.padEnd(digits, '0'));
  if (amountMinor === 0n) throw badInput(field, `"${field}" is not positive.`);
  if (amountMinor > maxMinor) throw badInput(field, `"${field}" is too large.`);
  return { amountMinor, currency };
}

/**
 * What an amount is in any currency.
 *
 * @throws AppError BAD_USER_INPUT
 */
export function decimalParts(amount: unknown, field: string): { units: string; fraction: string } {
  if (typeof amount !== 'string') throw badInput(field, `"${field}" is not a decimal number in a string.`);
  const match = amount.length <= maxDecimalLength ? decimal.exec(amount) : null;
  if (!match) throw badInput(field, `"${field}" is not a decimal number such as "1250.00".`);
  const [, units = '', fraction = ''] = match;
  return { units, fraction };
}

/** @throws AppError BAD_USER_INPUT */
export function parseCurrency(value: unknown, field: string): string {
  if (typeof value !== 'string' || !isCurrency(value)) {
    throw badInput(field, `"${field}" is not the ISO 4217 code of a currency in use.`);
  }
  return value;
}

/**
 * The same of what was paid, which may be in a currency that has ended.
 *
 * @throws AppError BAD_USER_INPUT
 */
export function parseCurrencyOrEnded(value: unknown, field: string): string {
  if (typeof value !== 'string' || !isCurrencyOrEnded(value)) {
    throw badInput(field, `"${field}" is not the ISO 4217 code of a currency.`);
  }
  return value;
}

/** Money as the API writes it: a decimal string with exactly the currency's minor digits. */
export interface ShownMoney {
  amount: string;
  currency: string;
}

/** @param amountMinor a whole number that is not negative */
export function showMoney(amountMinor: string | bigint, currency: string): ShownMoney {
  return { amount: amountText(amountMinor.toString(), currency), currency };
}

/** @param amountMinor a whole number that is not negative */
export function amountText(amountMinor: string, currency: string): string {
  const digits = minorDigits(currency);
  if (digits === 0) return amountMinor;
  const text = amountMinor.padStart(digits + 1, '0');
  return `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** For an audit entry: `1250.50 EUR`. */
export function describeMoney({ amountMinor, currency }: Money): string {
  const { amount } = showMoney(amountMinor, currency);
  return `${amount} ${currency}`;
}

/** The largest amount of one payment, in whole units of its currency. */
export interface PaymentLimits {
  units: bigint;
  /** Overrides `units` for single currencies. */
  unitsByCurrency: ReadonlyMap<string, bigint>;
}

/** @throws AppError BAD_USER_INPUT when the amount is more than one payment may be */
export function requireWithinLimit(money: Money, limits: PaymentLimits, field: string): void {
  const largest = exceeded(money, limits);
  if (largest) throw badInput(field, `"${field}" is more than one payment may be: ${largest}.`);
}

/** @returns the limit, such as `10000000 EUR`, of an amount that is more than one payment may be */
export function exceeded({ amountMinor, currency }: Money, limits: PaymentLimits): string | undefined {
  const units = limits.unitsByCurrency.get(currency) ?? limits.units;
  return amountMinor > units * 10n ** BigInt(minorDigits(currency)) ? `${units} ${currency}` : undefined;
}
