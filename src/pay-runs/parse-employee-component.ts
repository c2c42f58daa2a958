import type { CapPeriod, SetEmployeeComponentInput } from '../generated/schema-types.js';
import { badInput } from '../values/app-error.js';
import { type Day, parseDay } from '../values/dates.js';
import { parseDecimal, type TenThousandths, tenThousand } from '../values/decimal.js';
import { parseId } from '../values/ids.js';
import { type Money, parseMoney } from '../values/money.js';

/** A component to give to an employee, every part of it well-formed. */
export interface ComponentOrder {
  employeeId: string;
  componentId: string;
  effectiveFrom: Day;
  effectiveTo: Day | null;
  /** Of its amounts; none where it has none. */
  currency: string | null;
  amount: Money | null;
  percent: TenThousandths | null;
  percentOf: readonly string[];
  rate: Money | null;
  cap: Money | null;
  capPer: CapPeriod | null;
  priority: number;
}

const maxPercent = 1_000n * tenThousand;
const maxPriority = 1_000_000;

/** @throws AppError BAD_USER_INPUT */
export function parseEmployeeComponent(input: SetEmployeeComponentInput): ComponentOrder {
  const effectiveFrom = parseDay(input.effectiveFrom, 'effectiveFrom');
  const effectiveTo = input.effectiveTo == null ? null : parseDay(input.effectiveTo, 'effectiveTo');
  if (effectiveTo !== null && effectiveTo < effectiveFrom) {
    throw badInput('effectiveTo', '"effectiveTo" is before "effectiveFrom".');
  }
  const amount = input.amount == null ? null : parseMoney(input.amount, 'amount');
  const rate = input.rate == null ? null : parseMoney(input.rate, 'rate');
  const cap = input.cap == null ? null : parseMoney(input.cap, 'cap');
  const percent = input.percent == null ? null : parsePercent(input.percent);
  if ([amount, percent, rate].filter((way) => way !== null).length !== 1) {
    throw badInput('amount', 'Exactly one of "amount", "percent" and "rate" is needed.');
  }
  if ((cap === null) !== (input.capPer == null)) throw badInput('cap', '"cap" and "capPer" come together.');
  const componentId = parseId(input.componentId, 'componentId');
  return {
    employeeId: parseId(input.employeeId, 'employeeId'),
    componentId,
    effectiveFrom,
    effectiveTo,
    currency: oneCurrency([amount, rate, cap]),
    amount,
    percent,
    percentOf: parsePercentOf(input, componentId),
    rate,
    cap,
    capPer: input.capPer ?? null,
    priority: parsePriority(input.priority ?? 100),
  };
}

function parsePercent(value: unknown): TenThousandths {
  const percent = parseDecimal(value, 'percent');
  if (percent === 0n || percent > maxPercent)
    throw badInput('percent', '"percent" is not above 0 and at most 1000.');
  return percent;
}

function parsePercentOf({ percentOf, percent }: SetEmployeeComponentInput, componentId: string): string[] {
  const ids = [...new Set((percentOf ?? []).map((id, index) => parseId(id, `percentOf.${index}`)))];
  if (ids.length > 0 && percent == null) throw badInput('percentOf', '"percentOf" is for a "percent".');
  if (ids.includes(componentId)) throw badInput('percentOf', 'A component is no percentage of itself.');
  return ids;
}

function parsePriority(value: number): number {
  if (value >= 0 && value <= maxPriority) return value;
  throw badInput('priority', `"priority" is not one from 0 to ${maxPriority}.`);
}

function oneCurrency(amounts: ReadonlyArray<Money | null>): string | null {
  const currencies = new Set(amounts.flatMap((amount) => amount?.currency ?? []));
  if (currencies.size > 1) throw badInput('cap', 'The amounts are in different currencies.');
  const [currency = null] = currencies;
  return currency;
}
