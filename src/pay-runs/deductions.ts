import { type Line, line, sumOf } from './computed-item.js';
import type { ItemInput } from './item-input.js';

/** Whether somebody entered the amount: it is taken as it is. */
function isEntered({ source, units }: Line): boolean {
  return units === null && (source === 'ENTERED' || source === 'IMPORTED');
}

/**
 * Takes deductions as long as net pay lasts: first those that were entered, then what earlier runs could not take, and then
 * the others in the order of their priority. What can't be taken is carried forward.
 */
export function limitDeductions(lines: readonly Line[], input: ItemInput): Line[] {
  const others = lines.filter(({ kind }) => kind !== 'DEDUCTION');
  const deductions = lines.filter(({ kind }) => kind === 'DEDUCTION');
  const entered = deductions.filter(isEntered);
  let rest = sumOf(others, 'EARNING') + sumOf(others, 'REIMBURSEMENT') - sumOf(entered, 'DEDUCTION');
  const take = (amount: bigint): bigint => {
    const taken = rest <= 0n ? 0n : amount < rest ? amount : rest;
    rest -= taken;
    return taken;
  };
  const carried = owedLines(input).map((one) => ({ ...one, amountMinor: take(one.amountMinor) }));
  const limited = inOrder(
    deductions.filter((one) => !isEntered(one)),
    input,
  ).map((one) => {
    const amountMinor = take(one.amountMinor);
    return { ...one, amountMinor, carriedMinor: one.amountMinor - amountMinor };
  });
  return [...others, ...entered, ...carried, ...limited];
}

/** What it does not take of them stays owed: see owedOf in read-item-inputs.ts. */
function owedLines({ owed }: ItemInput): Line[] {
  return owed.map(({ code, name, amountMinor }) =>
    line({ code, name, kind: 'DEDUCTION', amountMinor, source: 'CARRIED_FORWARD' }),
  );
}

/** The smallest priority first. A correction of a salary comes before every component. */
function inOrder(deductions: readonly Line[], { components }: ItemInput): Line[] {
  const priorities = new Map(components.map(({ id, priority }) => [id, priority]));
  const priorityOf = ({ employeeComponentId }: Line) =>
    employeeComponentId === null ? Number.MIN_SAFE_INTEGER : (priorities.get(employeeComponentId) ?? 0);
  return deductions.toSorted((a, b) => priorityOf(a) - priorityOf(b) || (a.code < b.code ? -1 : 1));
}
