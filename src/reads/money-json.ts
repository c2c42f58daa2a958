import { type Sql, sql } from '../database/database.js';
import { amountText } from '../values/money.js';
import type { Json } from './json.js';

/** The members of what showMoney shows, of one column: an amount is not to be told without its currency. */
export function moneyJson(amountMinor: Sql, currency: Sql): Record<'amount' | 'currency', Json> {
  const money = sql`${amountMinor}::text || ${currency}`;
  // ISO 4217 has three letters for each.
  const currencyIn = (text: string) => text.slice(-3);
  const amountIn = (text: string) => amountText(text.slice(0, -3), currencyIn(text));
  return {
    amount: ['"', { sql: money, write: amountIn }, '"'],
    currency: ['"', { sql: money, write: currencyIn }, '"'],
  };
}
