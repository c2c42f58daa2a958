import type { PaymentKind } from '../generated/schema-types.js';
import { componentLines } from './component-lines.js';
import { type ComputedItem, type Line, line, totalsOf } from './computed-item.js';
import { spanOf } from './days.js';
import { limitDeductions } from './deductions.js';
import type { Entry, ItemInput, RunInput } from './item-input.js';
import { noticesOf } from './notices.js';
import { correctionCode, correctionLines, salaryCode, salaryDays, salaryLines } from './salary-lines.js';

/** What a pay run pays an employee: a pure function of the run, the employee's record, and what was entered. */
export function computeItem(run: RunInput, given: ItemInput): ComputedItem {
  const days = salaryDays(run, given);
  const currency = currencyOf(given);
  const input = inCurrency(given, currency);
  const salary = salaryLines(run, input, days);
  const computed = [...salary, ...correctionLines(input), ...componentLines(run, input, days, salary)];
  const lines = limitDeductions(
    [...withoutExcluded(computed, input.entries), ...enteredLines(input.entries)],
    input,
  );
  const totals = totalsOf(lines);
  return {
    employeeId: input.employeeId,
    currency,
    lines,
    totals,
    paymentKind: paymentKindOf(lines),
    days: spanOf(lines.flatMap(({ code, period }) => (code === salaryCode && period ? [period] : []))),
    accountMark: input.accountMark,
    notices: noticesOf({ run, input: given, currency, days, lines, totals }),
  };
}

/** The currency of the newest salary. Everybody has one. */
function currencyOf({ salaries, entries }: ItemInput): string {
  return salaries.at(-1)?.currency ?? entries.find(({ amount }) => amount)?.amount?.currency ?? 'XXX';
}

/** What is in another currency is left out, and keeps the run from being approved: see notices.ts. */
function inCurrency(input: ItemInput, currency: string): ItemInput {
  const excluded = excludedCodes(input.entries);
  const isSame = (other: string | null | undefined) => other == null || other === currency;
  return {
    ...input,
    salaries: input.salaries.filter((one) => isSame(one.currency)),
    components: input.components.filter((one) => isSame(one.currency)),
    entries: input.entries.filter(({ amount }) => isSame(amount?.currency)),
    owed: input.owed.filter((one) => isSame(one.currency) && !excluded.has(one.code)),
    paidItems: input.paidItems.filter((one) => isSame(one.currency)),
  };
}

function withoutExcluded(lines: readonly Line[], entries: readonly Entry[]): Line[] {
  const excluded = excludedCodes(entries);
  return lines.filter(({ code }) => !excluded.has(code));
}

function excludedCodes(entries: readonly Entry[]): Set<string> {
  return new Set(entries.filter((entry) => entry.excluded).map(({ code }) => code));
}

function enteredLines(entries: readonly Entry[]): Line[] {
  return entries.flatMap(({ id, code, component, amount, note, source }) =>
    amount === null
      ? []
      : [line({ code, ...component, amountMinor: amount.amountMinor, source, note, entryId: id })],
  );
}

function paymentKindOf(lines: readonly Line[]): PaymentKind {
  if (lines.some(({ code }) => code === salaryCode)) return 'SALARY';
  if (lines.some(({ code }) => code === correctionCode)) return 'CORRECTION';
  return lines.some(({ kind }) => kind === 'EARNING') ? 'BONUS' : 'EXPENSE';
}
