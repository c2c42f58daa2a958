import { createHash } from 'node:crypto';
import type { DraftPayRunInput, PayRunKind } from '../generated/schema-types.js';
import { badInput } from '../values/app-error.js';
import { type Day, type Period, parseDay, parsePeriod } from '../values/dates.js';
import { parseId } from '../values/ids.js';
import { parseText, requireWellFormed } from '../values/text.js';

/** A pay run to draft, every part of it well-formed. */
export interface PayRunOrder {
  kind: PayRunKind;
  period: Period;
  payDate: Day;
  reason: string | null;
  /** Null for everybody. */
  employeeIds: readonly string[] | null;
}

const maxReasonCharacters = 500;
const maxKeyCharacters = 255;

/** @throws AppError BAD_USER_INPUT */
export function parsePayRunOrder(input: DraftPayRunInput): PayRunOrder {
  const kind = input.kind ?? 'REGULAR';
  const reason = input.reason == null ? null : parseText(input.reason, 'reason', maxReasonCharacters);
  if (kind === 'OFF_CYCLE' && reason === null) throw badInput('reason', 'An off-cycle run needs a "reason".');
  return {
    kind,
    reason,
    period: parsePeriod(input.period, 'period'),
    payDate: parseDay(input.payDate, 'payDate'),
    employeeIds: input.employeeIds == null ? null : parseEmployeeIds(input.employeeIds, 'employeeIds'),
  };
}

/** @throws AppError BAD_USER_INPUT on an empty list, and on what is no id */
export function parseEmployeeIds(ids: readonly string[], field: string): string[] {
  if (ids.length === 0) throw badInput(field, `"${field}" is empty.`);
  return [...new Set(ids.map((id, index) => parseId(id, `${field}.${index}`)))].sort();
}

/** @throws AppError BAD_USER_INPUT */
export function parseKey(
  input: DraftPayRunInput,
  order: PayRunOrder,
): { key: string; inputHash: Buffer } | null {
  if (input.idempotencyKey == null) return null;
  const key = requireWellFormed(input.idempotencyKey, 'idempotencyKey');
  if (key === '') throw badInput('idempotencyKey', '"idempotencyKey" is empty.');
  if ([...key].length > maxKeyCharacters) {
    throw badInput('idempotencyKey', `"idempotencyKey" is longer than ${maxKeyCharacters} characters.`);
  }
  const { kind, period, payDate, reason, employeeIds } = order;
  const meaning = [kind, period.start, period.end, payDate, reason, employeeIds];
  return { key, inputHash: createHash('sha256').update(JSON.stringify(meaning)).digest() };
}
