declare const brand: unique symbol;

/** An exact decimal number as text, `"1250.00"`. Intl.NumberFormat takes it as it is, without a float in between. */
export type Decimal = `${number}` & { readonly [brand]: 'Decimal' };

/** An ISO 4217 code, `"EUR"`. */
export type Currency = string & { readonly [brand]: 'Currency' };

/** A calendar day without a time zone, `"2026-11-30"`. Days are compared as text: `a < b`. */
export type Day = string & { readonly [brand]: 'Day' };

const decimalPattern = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;
const currencyPattern = /^[A-Z]{3}$/;
const dayPattern = /^\d{4}-\d{2}-\d{2}$/;

/** @throws TypeError on text that is no decimal number, such as `"1,5"`, `"1e3"` and `" 1"` */
export function decimal(text: string): Decimal {
  if (!isDecimal(text)) throw new TypeError(`Not a decimal number such as "1250.00": "${text}"`);
  return text;
}

/** @throws TypeError on text that does not look like an ISO 4217 code; the server knows which ones are in use */
export function currency(code: string): Currency {
  if (!isCurrency(code)) throw new TypeError(`Not a currency code such as "EUR": "${code}"`);
  return code;
}

/** @throws TypeError on text that is no day of the calendar, such as `"2026-02-30"` */
export function day(text: string): Day {
  if (!isDay(text)) throw new TypeError(`Not a day such as "2026-11-30": "${text}"`);
  return text;
}

/** Shows a day in the reader's language. The day stays the same in every time zone. */
export function formatDay(
  value: Day,
  locale?: string,
  options: Intl.DateTimeFormatOptions = { dateStyle: 'medium' },
): string {
  return new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' }).format(Date.parse(value));
}

function isDecimal(text: string): text is Decimal {
  return decimalPattern.test(text);
}

function isCurrency(code: string): code is Currency {
  return currencyPattern.test(code);
}

function isDay(text: string): text is Day {
  const instant = dayPattern.test(text) ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(instant) && new Date(instant).toISOString().startsWith(text);
}
