import { locale } from './texts/texts.js';

const day = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' });
const instant = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
const count = new Intl.NumberFormat(locale);

/** @param text `2026-11-30` */
export const formatDay = (text: string): string => day.format(new Date(`${text}T00:00:00Z`));

/** @param text an instant; shown in the reader's time zone */
export const formatInstant = (text: string): string => instant.format(new Date(text));

export const formatCount = (value: number): string => count.format(value);

export function formatWait(seconds: number): string {
  const inMinutes = seconds >= 90;
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: inMinutes ? 'minute' : 'second',
    unitDisplay: 'long',
  }).format(inMinutes ? Math.ceil(seconds / 60) : Math.max(1, seconds));
}

/** The first and the last day of the reader's month. */
export function thisMonth(): { start: string; end: string } {
  const now = new Date();
  const [year, index] = [now.getFullYear(), now.getMonth()];
  return { start: isoDay(year, index, 1), end: isoDay(year, index + 1, 0) };
}

function isoDay(year: number, monthIndex: number, dayOfMonth: number): string {
  return new Date(Date.UTC(year, monthIndex, dayOfMonth)).toISOString().slice(0, 10);
}
