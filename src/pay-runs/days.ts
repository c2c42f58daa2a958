import { type Day, dayAfter, dayBefore, type Period } from '../values/dates.js';
import type { Span } from './item-input.js';

/** The days that both have, if there are any. */
export function overlap(a: Span, b: Span): Period[] {
  const start = a.start > b.start ? a.start : b.start;
  const end = earlierEnd(a.end, b.end);
  return end !== null && start <= end ? [{ start, end }] : [];
}

function earlierEnd(a: Day | null, b: Day | null): Day | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}

export function overlaps(spans: readonly Span[], period: Span): Period[] {
  return spans.flatMap((span) => overlap(span, period));
}

/** The days of some periods that others do not have. */
export function without(periods: readonly Period[], others: readonly Period[]): Period[] {
  return others.reduce<Period[]>(
    (left, other) =>
      left.flatMap((period) => {
        if (other.end < period.start || other.start > period.end) return [period];
        const before =
          other.start > period.start ? [{ start: period.start, end: dayBefore(other.start) }] : [];
        const after = other.end < period.end ? [{ start: dayAfter(other.end), end: period.end }] : [];
        return [...before, ...after];
      }),
    [...periods],
  );
}

/** From the first day to the last one. */
export function spanOf(periods: readonly Period[]): Period | null {
  const starts = periods.map(({ start }) => start).sort();
  const ends = periods.map(({ end }) => end).sort();
  const start = starts[0];
  const end = ends.at(-1);
  return start === undefined || end === undefined ? null : { start, end };
}
