import type { Proration } from '../generated/schema-types.js';
import type { Period } from '../values/dates.js';
import { tenThousand } from '../values/decimal.js';
import { divideHalfUp } from '../values/divide.js';
import { type Line, line } from './computed-item.js';
import { overlap, overlaps, spanOf, without } from './days.js';
import type { Entry, ItemInput, PaidItem, RunInput, Salary } from './item-input.js';
import { shareOf } from './proration.js';

export const salaryCode = 'SALARY';
export const correctionCode = 'SALARY_CORRECTION';

/** A salary and days on which it is in force. */
interface SalaryDays {
  salary: Salary;
  days: Period;
}

/** The days of an item's salary lines. */
export function salaryDays(run: RunInput, input: ItemInput): Period[] {
  const employed = overlaps(input.employments, run.period);
  if (run.kind === 'REGULAR') return employed;
  // An off-cycle run pays a salary where nothing else will: a last pay, and days whose payment was voided.
  const isLastPay = input.employments.every(({ end }) => end !== null && end <= run.period.end);
  const unpaid = without(employed, input.paid);
  return isLastPay ? unpaid : without(unpaid, without(unpaid, input.voided));
}

/** A line for each salary in force on some of the days, in the currency of the newest; none where they were left out. */
export function salaryLines(run: RunInput, input: ItemInput, days: readonly Period[]): Line[] {
  if (input.entries.some(({ code, excluded }) => code === salaryCode && excluded)) return [];
  const units = input.entries.find(({ code, units: entered }) => code === salaryCode && entered !== null);
  const currency = input.salaries.at(-1)?.currency;
  const parts = days
    .flatMap((period) => splitBySalary(input.salaries, period))
    .filter(({ salary }) => salary.currency === currency);
  const regular = parts.flatMap((part) => regularLine(run, part));
  const hourly = parts.filter(({ salary }) => salary.unit === 'HOUR');
  const newest = hourly.at(-1);
  if (!newest || !units) return regular;
  return [...regular, hourlyLine(newest.salary, units, spanOf(hourly.map((part) => part.days)))];
}

/** The days, split where the salary changes. Days before the first salary are paid with it. */
export function splitBySalary(salaries: readonly Salary[], days: Period): SalaryDays[] {
  return salaries.flatMap((salary, index) => {
    const next = salaries[index + 1];
    const start = index === 0 ? days.start : salary.from;
    const inForce = without([{ start, end: days.end }], next ? [{ start: next.from, end: days.end }] : []);
    return inForce.flatMap((span) => overlap(span, days)).map((found) => ({ salary, days: found }));
  });
}

function regularLine(run: RunInput, { salary, days }: SalaryDays): Line[] {
  const { unit, amountMinor } = salary;
  if (unit === 'HOUR') return [];
  const share = shareOf({ amountMinor, unit }, days, run.proration);
  return [line({ code: salaryCode, name: 'Salary', kind: 'EARNING', amountMinor: share, period: days })];
}

/** @param period the days of all pay by the hour; the newest rate is for all units */
function hourlyLine(salary: Salary, { id, units, note }: Entry, period: Period | null): Line {
  return line({
    code: salaryCode,
    name: 'Salary',
    kind: 'EARNING',
    amountMinor: divideHalfUp(salary.amountMinor * (units ?? 0n), tenThousand),
    rateMinor: salary.amountMinor,
    source: 'ENTERED',
    entryId: id,
    period,
    units,
    note,
  });
}

/**
 * What days that earlier runs have paid are to be paid more, or less, by now: a raise that was entered after the run, or an
 * end of the employment.
 */
export function correctionLines(input: ItemInput): Line[] {
  return input.paidItems.flatMap((paid) => {
    const difference = dueFor(paid, input) - paid.paidMinor;
    if (difference === 0n) return [];
    const kind = difference > 0n ? 'EARNING' : 'DEDUCTION';
    return [
      line({
        code: correctionCode,
        name: 'Salary correction',
        kind,
        amountMinor: difference > 0n ? difference : -difference,
        period: spanOf(daysPaidOtherwise(paid, input)),
        correctsItemId: paid.id,
        correctsPaidMinor: paid.paidMinor,
      }),
    ];
  });
}

function dueFor({ lines, proration, currency }: PaidItem, input: ItemInput): bigint {
  const parts = lines.flatMap((period) => dueOn(period, input));
  return parts.reduce((sum, { salary, days }) => sum + (partOf(salary, days, currency, proration) ?? 0n), 0n);
}

/** The days of an employment, split where the salary changes. */
function dueOn(period: Period, { employments, salaries }: ItemInput): SalaryDays[] {
  return overlaps(employments, period).flatMap((days) => splitBySalary(salaries, days));
}

/** @returns undefined for a salary that is not divided over days, or is in another currency */
function partOf(salary: Salary, days: Period, currency: string, proration: Proration): bigint | undefined {
  const { unit, amountMinor } = salary;
  return unit === 'HOUR' || salary.currency !== currency
    ? undefined
    : shareOf({ amountMinor, unit }, days, proration);
}

/** The days of an earlier item that are not due by the salary that its line was paid by. All days, where that is not to be seen. */
function daysPaidOtherwise({ lines, proration, currency }: PaidItem, input: ItemInput): readonly Period[] {
  const others = lines.flatMap((line) => {
    const asPaid = dueOn(line, input).filter(
      ({ salary }) => partOf(salary, line, currency, proration) === line.amountMinor,
    );
    const { start, end } = line;
    return without(
      [{ start, end }],
      asPaid.map(({ days }) => days),
    );
  });
  return others.length > 0 ? others : lines;
}
