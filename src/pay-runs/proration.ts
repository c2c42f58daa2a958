import type { PayPeriodUnit, Proration } from '../generated/schema-types.js';
import { type Day, dayAfter, type Period } from '../values/dates.js';
import { divideHalfUp } from '../values/divide.js';

/** What is paid for a month or a year, in the currency's minor units. Pay by the hour is not divided over days. */
export interface RegularPay {
  amountMinor: bigint;
  unit: Exclude<PayPeriodUnit, 'HOUR'>;
}

/**
 * The share of a regular pay for some days, in minor units: for each calendar month, P(last day) − P(the day before the
 * first), where P(d) is the month's amount × c(d) / c(days of the month), rounded half up, and P(0) is 0. So the shares of
 * the parts of a span, wherever it is cut, add up to the share of the whole, a whole month is the monthly amount, and twelve
 * months are the yearly one. docs/pay-runs.md has worked examples.
 */
export function shareOf(pay: RegularPay, period: Period, proration: Proration): bigint {
  return monthsOf(period).reduce((sum, { year, month, firstDay, lastDay }) => {
    const amount = amountOfMonth(pay, month);
    const count = dayCounter(year, month, proration);
    return sum + partOfMonth(amount, count, lastDay) - partOfMonth(amount, count, firstDay - 1);
  }, 0n);
}

/** Month k of a yearly amount A is Y(k) − Y(k − 1), where Y(k) is A × k / 12, rounded half up. */
function amountOfMonth({ amountMinor, unit }: RegularPay, month: number): bigint {
  if (unit === 'MONTH') return amountMinor;
  const untilMonth = (last: number) => divideHalfUp(amountMinor * BigInt(last), 12n);
  return untilMonth(month) - untilMonth(month - 1);
}

interface DayCounter {
  /** How many of the month's first days count. */
  until(day: number): number;
  total: number;
}

function partOfMonth(amount: bigint, { until, total }: DayCounter, day: number): bigint {
  return divideHalfUp(amount * BigInt(until(day)), BigInt(total));
}

function dayCounter(year: number, month: number, proration: Proration): DayCounter {
  const days = daysInMonth(year, month);
  const until = countUntil[proration](year, month, days);
  return { until, total: until(days) };
}

type CountUntil = (year: number, month: number, days: number) => (day: number) => number;

const countUntil: Readonly<Record<Proration, CountUntil>> = {
  CALENDAR_DAYS: () => (day) => day,
  THIRTIETHS: (_year, _month, days) => (day) => (day === days ? 30 : Math.min(day, 30)),
  WEEKDAYS: (year, month) => (day) => weekdaysUntil(new Date(Date.UTC(year, month - 1, 1)).getUTCDay(), day),
};

/** How many of a month's first days are Mondays to Fridays. @param firstWeekday of its first day; Sunday is 0 */
function weekdaysUntil(firstWeekday: number, day: number): number {
  let count = 0;
  for (let index = 0; index < day; index += 1) {
    const weekday = (firstWeekday + index) % 7;
    if (weekday !== 0 && weekday !== 6) count += 1;
  }
  return count;
}

function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

interface DaysOfMonth {
  year: number;
  /** From 1 to 12. */
  month: number;
  firstDay: number;
  lastDay: number;
}

/** A period, cut at the ends of months. */
function monthsOf({ start, end }: Period): DaysOfMonth[] {
  const parts: DaysOfMonth[] = [];
  for (let day = start, last = ''; last < end; day = dayAfter(last)) {
    const [year, month, firstDay] = partsOf(day);
    const monthEnd = `${day.slice(0, 8)}${daysInMonth(year, month)}`;
    last = end < monthEnd ? end : monthEnd;
    parts.push({ year, month, firstDay, lastDay: partsOf(last)[2] });
  }
  return parts;
}

function partsOf(day: Day): [number, number, number] {
  return [Number(day.slice(0, 4)), Number(day.slice(5, 7)), Number(day.slice(8, 10))];
}
