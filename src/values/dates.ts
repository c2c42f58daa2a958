import { badInput } from './app-error.js';

/** A calendar day, `YYYY-MM-DD`: compared and sorted as text. */
export type Day = string;

/** An instant as the API writes it: ISO 8601 with milliseconds, in UTC. Compared and sorted as text. */
export type Instant = string;

/** @param text as PostgreSQL writes a timestamptz, in UTC: `2026-10-25 10:01:09.99+00` */
export function instantOf(text: string): Instant {
  const milliseconds = text.slice(20, -3).padEnd(3, '0').slice(0, 3);
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${milliseconds}Z`;
}

const dayLengthMs = 86_400_000;
/** The database refuses payments for longer ones, too. */
const maxPeriodDays = 366;

/** The day on which an instant falls, in UTC. */
export function dayOf(instant: Date): Day {
  return instant.toISOString().slice(0, 10);
}

/** The last day that four digits have a year for. */
const lastDay: Day = '9999-12-31';

/** The day after a day; the last one is its own. */
export function dayAfter(day: Day): Day {
  return day === lastDay ? day : dayOf(new Date(startOfDay(day).getTime() + dayLengthMs));
}

/** The day before a day. */
export function dayBefore(day: Day): Day {
  return dayOf(new Date(startOfDay(day).getTime() - dayLengthMs));
}

/** The first instant of a day, in UTC. */
export function startOfDay(day: Day): Date {
  return new Date(`${day}T00:00:00.000Z`);
}

/**
 * Checks that a day, whose form the `Date` scalar has checked, is one that a payroll can mean.
 *
 * @throws AppError BAD_USER_INPUT before 1900
 */
export function parseDay(value: string, field: string): Day {
  if (value < '1900-01-01') throw badInput(field, `"${field}" is before 1900.`);
  return value;
}

/** Consecutive days, both ends included. */
export interface Period {
  start: Day;
  end: Day;
}

/** @throws AppError BAD_USER_INPUT when it ends before it starts or is longer than 366 days */
export function parsePeriod(period: Period, field: string): Period {
  const start = parseDay(period.start, `${field}.start`);
  const end = parseDay(period.end, `${field}.end`);
  if (end < start) throw badInput(field, `"${field}" ends before it starts.`);
  const days = (startOfDay(end).getTime() - startOfDay(start).getTime()) / dayLengthMs + 1;
  if (days > maxPeriodDays) throw badInput(field, `"${field}" is longer than ${maxPeriodDays} days.`);
  return { start, end };
}
