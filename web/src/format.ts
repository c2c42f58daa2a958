import { type Currency, currency, currencyDigits, type Decimal } from '@stipend/client';
import { locale, texts } from './texts/texts.js';

const day = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' });
const instant = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
const month = new Intl.DateTimeFormat(locale, { month: 'short', year: 'numeric', timeZone: 'UTC' });
const count = new Intl.NumberFormat(locale);

/** @param text `2026-11-30` */
export const formatDay = (text: string): string => day.format(new Date(`${text}T00:00:00Z`));

export const periodText = ({ start, end }: { start: string; end: string }): string =>
  `${formatDay(start)} – ${formatDay(end)}`;

/** @param text an instant; shown in the reader's time zone */
export const formatInstant = (text: string): string => instant.format(new Date(text));

/** @param text `2026-11` */
export const formatMonth = (text: string): string => month.format(new Date(`${text}-01T00:00:00Z`));

const decimal = new Intl.NumberFormat(locale, { maximumFractionDigits: 4 });

/** @param text a decimal number of the API's */
export const formatNumber = (text: string): string => decimal.format(Number(text));

const signs = new Intl.NumberFormat(locale, { useGrouping: true }).formatToParts(11_111.1);
const signOf = (type: 'decimal' | 'group', otherwise: string): string =>
  signs.find((part) => part.type === type)?.value ?? otherwise;
const decimalSign = signOf('decimal', '.');
const groupSign = signOf('group', ',');
const literal = (sign: string) => (/\s/.test(sign) ? '\\s' : sign.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
const typedNumber = new RegExp(
  `^(\\d+|\\d{1,3}(?:${literal(groupSign)}\\d{3})+)(?:${literal(decimalSign)}(\\d+))?$`,
);

/** A number that is typed as in the reader's language, as the API takes it. Anything else stays, for the API to refuse. */
export function numberTyped(text: string): string {
  const [, whole, fraction] = typedNumber.exec(text.trim()) ?? [];
  if (whole === undefined) return text.trim();
  return [whole.replace(/\D/g, ''), ...(fraction === undefined ? [] : [fraction])].join('.');
}

/** A decimal number of the API's, as it is typed in the reader's language. */
export const numberToType = (text: string): string => text.replace('.', decimalSign);

/** @param code of the currency, with as many digits as it has */
export function amountFault(code: string | undefined): string {
  const typed = code?.trim().toUpperCase() ?? '';
  const digits = /^[A-Z]{3}$/.test(typed) ? currencyDigits(currency(typed)) : 2;
  return texts.invalid.amount(numberToType((1250).toFixed(digits)));
}

export const formatCount = (value: number): string => count.format(value);

export function formatWait(seconds: number): string {
  const inMinutes = seconds >= 90;
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: inMinutes ? 'minute' : 'second',
    unitDisplay: 'long',
  }).format(inMinutes ? Math.ceil(seconds / 60) : Math.max(1, seconds));
}

/** An amount in two parts: before the decimal sign, and from it on, where the currency has minor digits. */
export function moneyParts(
  { amount, currency }: { amount: Decimal; currency: Currency },
  isSigned = false,
): { whole: string; fraction: string } {
  const digits = Math.max(currencyDigits(currency), amount.split('.')[1]?.length ?? 0);
  const parts = new Intl.NumberFormat(locale, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    signDisplay: isSigned ? 'exceptZero' : 'auto',
  }).formatToParts(amount);
  const point = parts.findIndex(({ type }) => type === 'decimal');
  const text = (from: number, to?: number) =>
    parts
      .slice(from, to)
      .map(({ value }) => value)
      .join('');
  return { whole: text(0, point === -1 ? undefined : point), fraction: point === -1 ? '' : text(point) };
}

/** The reader's. */
export function today(): string {
  const now = new Date();
  return isoDay(now.getFullYear(), now.getMonth(), now.getDate());
}

/** The first and the last day of the reader's month. */
export function thisMonth(): { start: string; end: string } {
  const now = new Date();
  const [year, index] = [now.getFullYear(), now.getMonth()];
  return { start: isoDay(year, index, 1), end: isoDay(year, index + 1, 0) };
}

/** The days that the figures of the start page are for: this month, this year, and the twelve months that end now. */
export function figureDays() {
  const now = new Date();
  const [year, index] = [now.getFullYear(), now.getMonth()];
  return {
    monthStart: isoDay(year, index, 1),
    monthEnd: isoDay(year, index + 1, 0),
    yearStart: isoDay(year, 0, 1),
    twelveStart: isoDay(year, index - 11, 1),
  };
}

function isoDay(year: number, monthIndex: number, dayOfMonth: number): string {
  return new Date(Date.UTC(year, monthIndex, dayOfMonth)).toISOString().slice(0, 10);
}

const msPerDay = 86_400_000;

/** The instant at which a day begins where the reader is. */
export function startOfDay(day: string | undefined, daysLater = 0): string | undefined {
  if (day === undefined) return undefined;
  const start = new Date(`${day}T00:00:00`);
  return Number.isNaN(start.getTime())
    ? undefined
    : new Date(start.getTime() + daysLater * msPerDay).toISOString();
}
