import type { Period } from '../values/dates.js';
import { tenThousand } from '../values/decimal.js';
import { divideHalfUp } from '../values/divide.js';
import { type Line, line } from './computed-item.js';
import { overlaps, spanOf, without } from './days.js';
import type { AssignedComponent, Entry, ItemInput, RunInput } from './item-input.js';
import { shareOf } from './proration.js';
import { salaryCode, salaryLines } from './salary-lines.js';

const percent = 100n * tenThousand;

/**
 * What the components that an employee has come to, before deductions are limited by the net pay.
 *
 * @param others the salary, and what was entered: percentages are of it, too, and caps count it
 */
export function componentLines(
  run: RunInput,
  input: ItemInput,
  days: readonly Period[],
  others: readonly Line[],
): Line[] {
  const lines: Line[] = [];
  for (const component of inOrderOfBases(inForce(run, input, days))) {
    const found = daysOf(component, run, days);
    const before = [...others, ...lines];
    const amount = amountOf(component, { run, input, days: found, paidDays: days, lines: before });
    if (!amount) continue;
    const { id, code, name, kind } = component;
    const capped = cap(component, amount.amountMinor ?? 0n, sumOfCodes(before, new Set([code])));
    const basis = { code, name, kind, employeeComponentId: id, period: spanOf(found) };
    lines.push(line({ ...basis, ...amount, amountMinor: capped }));
  }
  return lines;
}

/** Those in force on days that are paid. Where one that is not divided over days is changed in the period, the newest counts. */
export function inForce(
  run: RunInput,
  { components }: ItemInput,
  days: readonly Period[],
): AssignedComponent[] {
  const found = components.filter((one) => daysOf(one, run, days).length > 0);
  const isReplaced = ({ componentId, days: { start } }: AssignedComponent) =>
    found.some((other) => other.componentId === componentId && other.days.start > start);
  return found.filter((one) => isDivided(one) || !isReplaced(one));
}

function isDivided({ prorated, rateMinor }: AssignedComponent): boolean {
  return prorated && rateMinor === null;
}

/** Units may be entered for any day of the period, even where no salary is paid for it. */
function daysOf(
  { rateMinor, days: own }: AssignedComponent,
  run: RunInput,
  days: readonly Period[],
): Period[] {
  const paid = overlaps(days, own);
  return rateMinor === null || paid.length > 0 ? paid : overlaps([run.period], own);
}

interface AmountBasis {
  run: RunInput;
  input: ItemInput;
  /** On which the component is in force. */
  days: readonly Period[];
  /** All that are paid. */
  paidDays: readonly Period[];
  /** Of the salary, what was entered, and the components before this one. */
  lines: readonly Line[];
}

/** @returns undefined where units are missing, or the amount is in another currency than the item */
function amountOf(component: AssignedComponent, basis: AmountBasis): Partial<Line> | undefined {
  const { amountMinor, percent: share, rateMinor } = component;
  if (amountMinor !== null) return { amountMinor: fixedAmount(component, amountMinor, basis) };
  if (share !== null) {
    return { amountMinor: divideHalfUp(baseOf(component, basis) * share, percent) };
  }
  const entry = unitsEntry(basis.input.entries, component.code);
  if (!entry || rateMinor === null) return undefined;
  const { id: entryId, units, note } = entry;
  const amount = divideHalfUp(rateMinor * (units ?? 0n), tenThousand);
  return { amountMinor: amount, units, rateMinor, note, entryId, source: entry.source };
}

export function unitsEntry(entries: readonly Entry[], code: string): Entry | undefined {
  return entries.find((entry) => entry.code === code && entry.units !== null);
}

/** One that is not prorated is paid whole for the period, however many of its days it is in force. */
function fixedAmount(
  { prorated }: AssignedComponent,
  amountMinor: bigint,
  { run, input, days }: AmountBasis,
): bigint {
  const isPaidByYear = input.salaries.at(-1)?.unit === 'YEAR';
  const pay = { amountMinor, unit: isPaidByYear ? ('YEAR' as const) : ('MONTH' as const) };
  const periods = prorated ? days : [run.period];
  return periods.reduce((sum, period) => sum + shareOf(pay, period, run.proration), 0n);
}

/** A prorated percentage is of what its days are worth: of a whole line, when it is in force on the line's last day. */
function baseOf({ prorated, percentOf }: AssignedComponent, basis: AmountBasis): bigint {
  const { run, input, days, paidDays, lines } = basis;
  const codes = new Set(percentOf.length === 0 ? [salaryCode] : percentOf);
  if (!prorated) return sumOfCodes(lines, codes);
  const isWhole = ({ code, entryId }: Line) => code !== salaryCode || entryId !== null;
  const whole = lines.filter((one) => isWhole(one) && isLastDayIn(one.period ?? spanOf(paidDays), days));
  const divided = salaryLines(run, input, days).filter((one) => !isWhole(one));
  return sumOfCodes([...divided, ...whole], codes);
}

function isLastDayIn(period: Period | null, days: readonly Period[]): boolean {
  return period !== null && without([{ start: period.end, end: period.end }], days).length === 0;
}

function sumOfCodes(lines: readonly Line[], codes: ReadonlySet<string>): bigint {
  return lines.reduce((sum, { code, amountMinor }) => (codes.has(code) ? sum + amountMinor : sum), 0n);
}

/** @param inRun what the run has of the component already */
function cap({ capMinor, capPer, takenMinor }: AssignedComponent, amount: bigint, inRun: bigint): bigint {
  if (capMinor === null) return amount;
  const taken = capPer === 'PAY_RUN' ? inRun : takenMinor + inRun;
  const left = capMinor > taken ? capMinor - taken : 0n;
  return amount < left ? amount : left;
}

/** Each after the components that it is a percentage of. Where they go round in a circle, the first one counts without. */
function inOrderOfBases(components: readonly AssignedComponent[]): AssignedComponent[] {
  const ordered = new Set<AssignedComponent>();
  const begun = new Set<AssignedComponent>();
  const add = (component: AssignedComponent) => {
    if (begun.has(component)) return;
    begun.add(component);
    for (const base of components) if (component.percentOf.includes(base.code)) add(base);
    ordered.add(component);
  };
  for (const component of components) add(component);
  return [...ordered];
}
