import type { IssuePaymentInput } from '../generated/schema-types.js';
import type { FieldInfo } from '../reads/requested-fields.js';
import { requestedFields } from '../reads/requested-fields.js';
import { badInput } from '../values/app-error.js';

const field = 'idempotencyKey';

/**
 * The header `Idempotency-Key` is the key of a request with one payment, unless the input has one.
 *
 * @throws AppError BAD_USER_INPUT when both are there and differ, or when it could be the key of several payments
 */
export function withHeaderKey(
  input: IssuePaymentInput,
  headerKey: string | undefined,
  info: FieldInfo,
): IssuePaymentInput {
  if (headerKey === undefined) return input;
  const isOnly = countPayments(info) === 1;
  if (input.idempotencyKey == null) {
    if (isOnly) return { ...input, idempotencyKey: headerKey };
    throw badInput(
      field,
      'The header Idempotency-Key is for one payment. Give each input its own "idempotencyKey".',
    );
  }
  if (isOnly && input.idempotencyKey !== headerKey) {
    throw badInput(field, '"idempotencyKey" and the header Idempotency-Key are different.');
  }
  return input;
}

function countPayments({ operation, fragments, fieldName }: FieldInfo): number {
  return requestedFields([operation.selectionSet], fragments).filter(({ name }) => name === fieldName).length;
}
