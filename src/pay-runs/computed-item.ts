import type {
  PayComponentKind,
  PayLineSource,
  PaymentKind,
  PayRunNoticeCode,
} from '../generated/schema-types.js';
import type { Period } from '../values/dates.js';
import type { TenThousandths } from '../values/decimal.js';

/** An item as it comes out of the computation. Amounts are in minor units of its currency. */
export interface ComputedItem {
  employeeId: string;
  currency: string;
  lines: readonly Line[];
  totals: Totals;
  paymentKind: PaymentKind;
  /** The days that the salary lines are for, from the first to the last. */
  days: Period | null;
  accountMark: string | null;
  notices: readonly Notice[];
}

export interface Line {
  code: string;
  name: string;
  kind: PayComponentKind;
  amountMinor: bigint;
  /** What of a deduction the net pay did not suffice for. */
  carriedMinor: bigint;
  source: PayLineSource;
  period: Period | null;
  units: TenThousandths | null;
  rateMinor: bigint | null;
  note: string | null;
  entryId: string | null;
  employeeComponentId: string | null;
  correctsItemId: string | null;
  /** What had been paid for that item's days. */
  correctsPaidMinor: bigint | null;
}

export interface Totals {
  gross: bigint;
  reimbursements: bigint;
  deductions: bigint;
  contributions: bigint;
  net: bigint;
  /** What entered deductions take beyond the rest. */
  missing: bigint;
  employerCost: bigint;
}

export interface Notice {
  code: PayRunNoticeCode;
  message: string;
}

const blockers: ReadonlySet<PayRunNoticeCode> = new Set<PayRunNoticeCode>([
  'NO_BANK_ACCOUNT',
  'ALREADY_PAID',
  'NEGATIVE_NET',
  'NO_UNITS',
  'CURRENCY_MISMATCH',
]);

/** Whether it keeps the run from being approved. */
export function isBlocker({ code }: Notice): boolean {
  return blockers.has(code);
}

type LineBasis = Pick<Line, 'code' | 'name' | 'kind' | 'amountMinor'>;

/** A computed line, but for what is given. */
export function line(basis: LineBasis & Partial<Line>): Line {
  return {
    carriedMinor: 0n,
    source: 'COMPUTED',
    period: null,
    units: null,
    rateMinor: null,
    note: null,
    entryId: null,
    employeeComponentId: null,
    correctsItemId: null,
    correctsPaidMinor: null,
    ...basis,
  };
}

export function sumOf(lines: readonly Line[], kind: PayComponentKind): bigint {
  return lines.reduce((sum, one) => (one.kind === kind ? sum + one.amountMinor : sum), 0n);
}

export function totalsOf(lines: readonly Line[]): Totals {
  const gross = sumOf(lines, 'EARNING');
  const reimbursements = sumOf(lines, 'REIMBURSEMENT');
  const deductions = sumOf(lines, 'DEDUCTION');
  const contributions = sumOf(lines, 'EMPLOYER_CONTRIBUTION');
  const rest = gross + reimbursements - deductions;
  return {
    gross,
    reimbursements,
    deductions,
    contributions,
    net: rest > 0n ? rest : 0n,
    missing: rest < 0n ? -rest : 0n,
    employerCost: gross + reimbursements + contributions,
  };
}
