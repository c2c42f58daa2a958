import type { Period } from '../values/dates.js';
import { describeMoney } from '../values/money.js';
import { inForce, unitsEntry } from './component-lines.js';
import type { Line, Notice, Totals } from './computed-item.js';
import { overlaps, spanOf } from './days.js';
import type { ItemInput, RunInput } from './item-input.js';
import { salaryCode, splitBySalary } from './salary-lines.js';

interface NoticeBasis {
  run: RunInput;
  input: ItemInput;
  currency: string;
  /** Of the salary lines. */
  days: readonly Period[];
  lines: readonly Line[];
  totals: Totals;
}

/** What keeps the run from being approved, and then what somebody should look at first. */
export function noticesOf(basis: NoticeBasis): Notice[] {
  return [...blockersOf(basis), ...warningsOf(basis)];
}

function blockersOf({ run, input, currency, days, lines, totals }: NoticeBasis): Notice[] {
  const notices: Notice[] = [];
  const { name } = input;
  if (input.accountMark === null)
    notices.push({ code: 'NO_BANK_ACCOUNT', message: `${name} has no bank account.` });
  for (const { start, end } of alreadyPaid(input, days, lines)) {
    notices.push({ code: 'ALREADY_PAID', message: `${name} is paid for ${start} to ${end} already.` });
  }
  if (totals.missing > 0n) {
    const missing = describeMoney({ amountMinor: totals.missing, currency });
    notices.push({
      code: 'NEGATIVE_NET',
      message: `The deductions of ${name} exceed the pay by ${missing}.`,
    });
  }
  for (const code of codesWithoutUnits(run, input, days)) {
    notices.push({ code: 'NO_UNITS', message: `No units of ${code} are entered for ${name}.` });
  }
  for (const { what, paidIn } of inOtherCurrencies(input, days, currency)) {
    notices.push({
      code: 'CURRENCY_MISMATCH',
      message: `${what} of ${name} is in ${paidIn}, and not in ${currency}.`,
    });
  }
  return notices;
}

/** A payment is for all days from the first to the last. No salary is paid where it was left out. */
function alreadyPaid(
  { entries, paid }: ItemInput,
  days: readonly Period[],
  lines: readonly Line[],
): Period[] {
  const ofLines = lines.flatMap(({ code, period }) => (code === salaryCode && period ? [period] : []));
  const isLeftOut = entries.some(({ code, excluded }) => code === salaryCode && excluded);
  const span = spanOf(isLeftOut ? ofLines : [...days, ...ofLines]);
  return span ? overlaps(paid, span) : [];
}

/** Pay by the hour, and components with a rate. */
function codesWithoutUnits(run: RunInput, input: ItemInput, days: readonly Period[]): string[] {
  const { entries, salaries } = input;
  const byHour = days
    .flatMap((period) => splitBySalary(salaries, period))
    .some(({ salary: { unit } }) => unit === 'HOUR');
  const rated = inForce(run, input, days).filter(
    (one) => one.rateMinor !== null && overlaps(days, one.days).length > 0,
  );
  const codes = [...(byHour ? [salaryCode] : []), ...rated.map(({ code }) => code)];
  const isExcluded = (code: string) => entries.some((entry) => entry.code === code && entry.excluded);
  return codes.filter((code) => !isExcluded(code) && !unitsEntry(entries, code));
}

interface OtherCurrency {
  what: string;
  paidIn: string;
}

function inOtherCurrencies(
  { components, entries, salaries }: ItemInput,
  days: readonly Period[],
  currency: string,
): OtherCurrency[] {
  const amounts = [
    ...days
      .flatMap((period) => splitBySalary(salaries, period))
      .map(({ salary }) => ({ what: 'The salary', paidIn: salary.currency })),
    ...components
      .filter((one) => overlaps(days, one.days).length > 0)
      .map(({ code, currency: paidIn }) => ({ what: `The component ${code}`, paidIn: paidIn ?? currency })),
    ...entries.map(({ code, amount }) => ({
      what: `The line ${code}`,
      paidIn: amount?.currency ?? currency,
    })),
  ];
  const others = amounts.filter(({ paidIn }) => paidIn !== currency);
  return [...new Map(others.map((one) => [`${one.what} ${one.paidIn}`, one])).values()];
}

function warningsOf({ run, input, currency, days, lines, totals }: NoticeBasis): Notice[] {
  const { name, last, accountMark, employments } = input;
  const notices: Notice[] = [];
  const warn = (code: Notice['code'], message: string) => notices.push({ code, message });
  if (accountMark !== null && last !== null && last.accountMark !== accountMark) {
    warn('NEW_BANK_ACCOUNT', `${name} has another bank account than at the last pay run.`);
  }
  if (!input.hasBeenPaid) warn('FIRST_PAY', `${name} is paid for the first time.`);
  const lastEnd = employments.at(-1)?.end;
  if (lastEnd != null && lastEnd >= run.period.start && lastEnd <= run.period.end) {
    warn('LAST_PAY', `${name} leaves on ${lastEnd}.`);
  }
  if (
    run.kind === 'REGULAR' &&
    last &&
    last.net.currency === currency &&
    isLargeChange(last.net.amountMinor, totals.net)
  ) {
    const before = describeMoney(last.net);
    warn('LARGE_CHANGE', `The net pay of ${name} was ${before} at the last pay run.`);
  }
  if (totals.net === 0n) warn('ZERO_NET', `Nothing is paid to ${name}.`);
  for (const { code, carriedMinor } of lines.filter((one) => one.carriedMinor > 0n)) {
    const carried = describeMoney({ amountMinor: carriedMinor, currency });
    warn('CARRIED_FORWARD', `${carried} of ${code} is carried forward for ${name}.`);
  }
  for (const { code, ...money } of input.owed.filter((one) => one.currency !== currency)) {
    warn('CARRIED_FORWARD', `${describeMoney(money)} of ${code} is carried forward for ${name}.`);
  }
  if (overlaps(employments, run.period).length === 0) {
    warn('ZERO_DAYS', `${name} is employed on no day of the period.`);
  } else if (run.kind === 'REGULAR' && days.length === 0) {
    warn('ZERO_DAYS', `${name} is paid for no day of the period.`);
  }
  return notices;
}

/** By more than a fifth. */
function isLargeChange(before: bigint, after: bigint): boolean {
  const change = after > before ? after - before : before - after;
  return change * 5n > before;
}
