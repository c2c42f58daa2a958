import type {
  CapPeriod,
  PayComponentKind,
  PayLineSource,
  PayPeriodUnit,
  PayRunKind,
  Proration,
} from '../generated/schema-types.js';
import type { Day, Period } from '../values/dates.js';
import type { TenThousandths } from '../values/decimal.js';
import type { Money } from '../values/money.js';

/** What an item is computed for. */
export interface RunInput {
  kind: PayRunKind;
  period: Period;
  payDate: Day;
  proration: Proration;
}

/** A run that has been stored. */
export interface StoredRun extends RunInput {
  id: string;
}

/** Days with an end that may not be known yet. */
export interface Span {
  start: Day;
  end: Day | null;
}

/** All that the computation of an employee's item depends on, beside the run itself. */
export interface ItemInput {
  employeeId: string;
  name: string;
  /** Absent where there is no bank account. Two accounts have different marks. */
  accountMark: string | null;
  /** The oldest first. */
  employments: readonly Span[];
  /** The one of the earliest day first; one for a day. */
  salaries: readonly Salary[];
  components: readonly AssignedComponent[];
  entries: readonly Entry[];
  /** The days that touch the period and have been paid for, by payments that count. */
  paid: readonly Period[];
  /** Those of salary payments that were voided. */
  voided: readonly Period[];
  /** What earlier runs could not deduct, by code. */
  owed: readonly Owed[];
  /** Items of earlier runs whose days may have to be paid otherwise by now. */
  paidItems: readonly PaidItem[];
  /** The item of the last regular run. */
  last: { net: Money; accountMark: string | null } | null;
  /** Whether anything was ever paid. */
  hasBeenPaid: boolean;
}

export interface Salary extends Money {
  from: Day;
  unit: PayPeriodUnit;
}

export interface AssignedComponent {
  id: string;
  componentId: string;
  code: string;
  name: string;
  kind: PayComponentKind;
  prorated: boolean;
  days: Span;
  currency: string | null;
  amountMinor: bigint | null;
  percent: TenThousandths | null;
  /** Codes of components; none for the salary. */
  percentOf: readonly string[];
  rateMinor: bigint | null;
  capMinor: bigint | null;
  capPer: CapPeriod | null;
  /** What issued runs have paid or withheld already of the component, as far as the cap counts it. */
  takenMinor: bigint;
  priority: number;
}

/** What somebody entered. */
export interface Entry {
  id: string;
  code: string;
  /** What the code stands for. */
  component: { name: string; kind: PayComponentKind };
  /** That the computed lines of the code are left out. */
  excluded: boolean;
  amount: Money | null;
  units: TenThousandths | null;
  note: string | null;
  source: PayLineSource;
}

export interface Owed extends Money {
  code: string;
  name: string;
}

interface PaidLine extends Period {
  amountMinor: bigint;
}

export interface PaidItem {
  id: string;
  currency: string;
  proration: Proration;
  /** Its salary lines; none of one that was voided. */
  lines: readonly PaidLine[];
  /** What was paid for them, corrections included. */
  paidMinor: bigint;
}
