import { badInput } from '../../values/app-error.js';
import { type Day, parseDay } from '../../values/dates.js';
import { decimalParts, type Money } from '../../values/money.js';
import type { LineReader } from './line-reader.js';

/** A day of a file, `YYYY-MM-DD`. @throws AppError BAD_USER_INPUT */
export function parseCsvDay(text: string, column: string): Day {
  const time = new Date(`${text}T00:00:00.000Z`);
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(time.getTime());
  if (!isDay || time.toISOString().slice(0, 10) !== text) {
    throw badInput(column, `"${column}" is not a day such as 2026-01-31.`);
  }
  return parseDay(text, column);
}

/** @throws AppError BAD_USER_INPUT */
export function oneOf<Name extends string>(names: readonly Name[]) {
  return (text: string, column: string): Name => {
    const found = names.find((name) => name === text.toUpperCase());
    if (!found) throw badInput(column, `"${column}" is not one of ${names.join(', ')}.`);
    return found;
  };
}

/**
 * An amount, and its currency in the column beside it: what is wrong with each is reported there.
 *
 * @returns the columns of the row
 */
export function moneyOf(
  line: LineReader,
  column: string,
  parse: {
    currency: (text: string, column: string) => string;
    money: (money: { amount: string; currency: string }, column: string) => Money;
  },
): { amount_minor?: string | undefined; currency?: string | undefined } {
  const currency = line.required('currency', (text, name) => parse.currency(text.toUpperCase(), name));
  const money = line.required(column, (amount) => {
    if (currency !== undefined) return parse.money({ amount, currency }, column);
    decimalParts(amount, column);
    return undefined;
  });
  return { amount_minor: money?.amountMinor.toString(), currency };
}
