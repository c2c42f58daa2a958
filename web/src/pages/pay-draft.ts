import { numberTyped } from '../format.js';
import type { IssuePaymentInput, PaymentKind } from '../generated/graphql.js';
import type { EmployeeRecord } from './employee-record.js';

/** What a payment form holds. It is kept for the tab, so that a reload goes on with the same key. */
export interface Draft {
  /** The idempotency key: however often it is sent, one payment is made. */
  key: string;
  amount: string;
  kind: PaymentKind;
  start: string;
  end: string;
  note: string;
  acceptUnusual: boolean;
  /** Whether a payment may have been made already. */
  wasSent: boolean;
}

const nameOf = (employeeId: string) => `payment:${employeeId}`;

export function readDraft(employeeId: string): Draft | undefined {
  try {
    const draft: unknown = JSON.parse(sessionStorage.getItem(nameOf(employeeId)) ?? 'null');
    return isDraft(draft) ? draft : undefined;
  } catch {
    return undefined;
  }
}

function isDraft(value: unknown): value is Draft {
  return typeof value === 'object' && value !== null && 'key' in value && typeof value.key === 'string';
}

export const writeDraft = (employeeId: string, draft: Draft): void =>
  sessionStorage.setItem(nameOf(employeeId), JSON.stringify(draft));

export const clearDraft = (employeeId: string): void => sessionStorage.removeItem(nameOf(employeeId));

export function draftInput(
  { id, salary }: EmployeeRecord,
  draft: Draft,
  replaces: string | undefined,
): IssuePaymentInput {
  const { key, amount, kind, start, end, note, acceptUnusual } = draft;
  return {
    employeeId: id,
    amount: { amount: numberTyped(amount), currency: salary?.currency ?? '' },
    kind,
    ...(kind === 'SALARY' && { period: { start, end } }),
    ...(note.trim() !== '' && { note: note.trim() }),
    ...(acceptUnusual && { acceptUnusualAmount: true }),
    ...(replaces !== undefined && { replaces }),
    idempotencyKey: key,
  };
}
