import type { Period } from '../values/dates.js';
import { tenThousand } from '../values/decimal.js';
import { divideHalfUp } from '../values/divide.js';
import { type Line, line } from './computed-item.js';
import { overlaps, spanOf } from './days.js';
import type { AssignedComponent, Entry, ItemInput, RunInput } from './item-input.js';
import { shareOf } from './proration.js';
import { salaryCode } from './salary-lines.js';

const percent = 100n * tenThousand;

/** What the components that an employee has come to, before deductions are limited by the net pay. */
export function componentLines(
  run: RunInput,
  input: ItemInput,
  days: readonly Period[],
  salary: readonly Line[],
): Line[] {
  const lines: Line[] = [];
  for (const component of inOrderOfBases(input.components)) {
    const found = overlaps(days, component.days);
    if (found.length === 0) continue;
    const amount = amountOf(component, { run, input, days: found, lines: [...salary, ...lines] });
    if (!amount) continue;
    const { id, code, name, kind } = component;
    const capped = cap(component, amount.amountMinor ?? 0n);
    const basis = { code, name, kind, employeeComponentId: id, period: spanOf(found) };
    lines.push(line({ ...basis, ...amount, amountMinor: capped }));
  }
  return lines;
}

interface AmountBasis {
  run: RunInput;
  input: ItemInput;
  /** On which the component is in force. */
  days: readonly Period[];
  /** Of the salary, and of the components before this one. */
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

function baseOf({ percentOf }: AssignedComponent, { input, lines }: AmountBasis): bigint {
  const codes = new Set(
    percentOf.length === 0
      ? [salaryCode]
      : input.components.filter(({ componentId }) => percentOf.includes(componentId)).map(({ code }) => code),
  );
  return lines.reduce((sum, { code, amountMinor }) => (codes.has(code) ? sum + amountMinor : sum), 0n);
}

function cap({ capMinor, capPer, takenMinor }: AssignedComponent, amount: bigint): bigint {
  if (capMinor === null) return amount;
  const taken = capPer === 'PAY_RUN' ? 0n : takenMinor;
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
    for (const base of components) if (component.percentOf.includes(base.componentId)) add(base);
    ordered.add(component);
  };
  for (const component of components) add(component);
  return [...ordered];
}
