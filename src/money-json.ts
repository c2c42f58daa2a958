import { currenciesWith } from './currencies.js';
import { raw, type Sql, sql } from './database/database.js';
import { type Json, plain } from './database/json.js';

/** A list as PostgreSQL reads one: codes are letters only. */
const codes = (...minorDigits: number[]) => raw(`'{${minorDigits.flatMap(currenciesWith).join()}}'`);

/** What showMoney shows, as PostgreSQL writes it: a product has as many digits as its factors together. */
export function moneyJson(amountMinor: Sql, currency: Sql): Record<'amount' | 'currency', Json> {
  // Most have two digits: they are told from the others by one look into the list of these.
  const unit = sql`CASE WHEN ${currency} = ANY(${codes(0, 3)})
    THEN CASE WHEN ${currency} = ANY(${codes(0)}) THEN 1 ELSE 0.001 END ELSE 0.01 END`;
  return { amount: plain(sql`${amountMinor} * ${unit}`), currency: plain(currency) };
}
