import { hash } from 'node:crypto';
import type { IssuePaymentInput, PaymentKind } from '../generated/schema-types.js';
import { badInput } from '../values/app-error.js';
import { type Period, parsePeriod } from '../values/dates.js';
import { parseId } from '../values/ids.js';
import { type Money, parseMoney } from '../values/money.js';
import { parseText, requireWellFormed } from '../values/text.js';

/** A payment to make, every part of it well-formed. */
export interface PaymentOrder {
  employeeId: string;
  money: Money;
  kind: PaymentKind;
  period: Period | null;
  note: string | null;
  replacesId: string | null;
  /** Not part of what an idempotency key stands for: it changes nothing of the payment. */
  acceptUnusualAmount: boolean;
}

/** What a caller means by "the same": the key, and a hash of all that the key stands for. */
export interface IdempotencyKey {
  key: string;
  inputHash: Buffer;
}

const maxNoteCharacters = 500;
const maxKeyCharacters = 255;

/** @throws AppError BAD_USER_INPUT */
export function parseOrder(input: IssuePaymentInput): PaymentOrder {
  const employeeId = parseId(input.employeeId, 'employeeId');
  const money = parseMoney(input.amount, 'amount');
  const period = input.period ? parsePeriod(input.period, 'period') : null;
  // The schema's default is for a kind that is absent; null is not allowed there.
  const kind = input.kind ?? 'SALARY';
  if (kind === 'SALARY' && !period) throw badInput('period', 'A SALARY payment needs a "period".');
  return {
    employeeId,
    money,
    kind,
    period,
    note: input.note == null ? null : parseText(input.note, 'note', maxNoteCharacters),
    replacesId: input.replaces == null ? null : parseId(input.replaces, 'replaces'),
    acceptUnusualAmount: input.acceptUnusualAmount ?? false,
  };
}

/** @throws AppError BAD_USER_INPUT */
export function parseIdempotencyKey(input: IssuePaymentInput, order: PaymentOrder): IdempotencyKey | null {
  if (input.idempotencyKey == null) return null;
  const key = requireWellFormed(input.idempotencyKey, 'idempotencyKey');
  if (key === '') throw badInput('idempotencyKey', '"idempotencyKey" is empty.');
  if ([...key].length > maxKeyCharacters) {
    throw badInput('idempotencyKey', `"idempotencyKey" is longer than ${maxKeyCharacters} characters.`);
  }
  return { key, inputHash: hashOrder(order) };
}

/** Of what was meant, not of how it was written: "5.0" and "5.00" are the same input. */
function hashOrder(order: PaymentOrder): Buffer {
  const { employeeId, money, kind, period, note, replacesId } = order;
  const meaning = [
    employeeId,
    money.amountMinor.toString(),
    money.currency,
    kind,
    period?.start,
    period?.end,
    note,
    replacesId,
  ];
  return hash('sha256', JSON.stringify(meaning.map((part) => part ?? null)), 'buffer');
}
