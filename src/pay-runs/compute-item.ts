import type { PaymentKind } from '../generated/schema-types.js';
import { AppError } from '../values/app-error.js';
import type { Period } from '../values/dates.js';
import { maxMinor } from '../values/money.js';
import { componentLines } from './component-lines.js';
import { type ComputedItem, type Line, line, type Totals, totalsOf } from './computed-item.js';
import { overlaps, spanOf } from './days.js';
import { limitDeductions } from './deductions.js';
import type { ItemInput, RunInput } from './item-input.js';
import { noticesOf } from './notices.js';
import { correctionCode, correctionLines, salaryCode, salaryDays, salaryLines } from './salary-lines.js';

/** What a pay run pays an employee: a pure function of the run, the employee's record, and what was entered. */
export function computeItem(run: RunInput, given: ItemInput): ComputedItem {
  const days = salaryDays(run, given);
  const currency = currencyOf(given);
  const input = withoutOthers(given, currency);
  const salary = salaryLines(run, input, days);
  const entered = enteredLines(run, input);
  const components = componentLines(run, input, days, [...salary, ...entered]);
  const computed = [...salary, ...correctionLines(input), ...components];
  const used = new Set(computed.map(({ entryId }) => entryId));
  const lines = limitDeductions([...computed, ...entered.filter(({ entryId }) => !used.has(entryId))], input);
  const totals = totalsOf(lines);
  requireStorable(input, lines, totals);
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

/** @throws AppError BAD_USER_INPUT on sums that PostgreSQL can't keep */
function requireStorable({ name }: ItemInput, lines: readonly Line[], totals: Totals): void {
  const amounts = [...Object.values<bigint>({ ...totals }), ...lines.map(({ amountMinor }) => amountMinor)];
  if (amounts.every((amount) => amount <= maxMinor)) return;
  throw new AppError('BAD_USER_INPUT', `What is to be paid to ${name} is too large.`);
}

/** The currency of the newest salary. Everybody has one. */
function currencyOf({ salaries, entries }: ItemInput): string {
  return salaries.at(-1)?.currency ?? entries.find(({ amount }) => amount)?.amount?.currency ?? 'XXX';
}

/** What is in another currency is left out, and keeps the run from being approved: see notices.ts. So is what was excluded. */
function withoutOthers(input: ItemInput, currency: string): ItemInput {
  const excluded = new Set(input.entries.flatMap((entry) => (entry.excluded ? [entry.code] : [])));
  const isSame = (other: string | null | undefined) => other == null || other === currency;
  return {
    ...input,
    components: input.components.filter((one) => isSame(one.currency) && !excluded.has(one.code)),
    entries: input.entries.filter(({ amount }) => isSame(amount?.currency)),
    owed: input.owed.filter((one) => isSame(one.currency) && !excluded.has(one.code)),
    paidItems: input.paidItems.filter((one) => isSame(one.currency) && !excluded.has(correctionCode)),
  };
}

/** Amounts, and units: those that nothing is paid by any more are shown, and come to nothing. */
function enteredLines(run: RunInput, input: ItemInput): Line[] {
  const entered = input.entries.filter(({ excluded }) => !excluded);
  return entered.map(({ id, code, component, amount, units, note, source }) => {
    const period = code === salaryCode ? spanOf(employedDays(run, input)) : null;
    const amountMinor = amount?.amountMinor ?? 0n;
    return line({ code, ...component, amountMinor, units, source, note, period, entryId: id });
  });
}

/** All days of the period for whoever is employed on none. */
function employedDays({ period }: RunInput, { employments }: ItemInput): Period[] {
  const employed = overlaps(employments, period);
  return employed.length > 0 ? employed : [period];
}

function paymentKindOf(lines: readonly Line[]): PaymentKind {
  if (lines.some(({ code }) => code === salaryCode)) return 'SALARY';
  if (lines.some(({ code }) => code === correctionCode)) return 'CORRECTION';
  return lines.some(({ kind }) => kind === 'EARNING') ? 'BONUS' : 'EXPENSE';
}
