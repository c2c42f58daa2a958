import { codeOf, type ErrorCode, errorOf } from './errors.js';
import type { Answer } from './http.js';

/** A mutation's result: each root field is null only beside an error, and is then thrown as one. */
export type Done<Result> = {
  [Field in keyof Result as Field extends '__typename' ? never : Field]-?: NonNullable<Result[Field]>;
};

/** @throws StipendError for an answer with errors */
export function resultOf<Result>({ data, errors }: Answer): Result {
  if (errors || data === null) throw errorOf(errors ?? [], data);
  // The document says what its data is.
  return data as Result;
}

/** @throws StipendError for an answer with errors */
export function doneOf<Result>(answer: Answer): Done<Result> {
  const result = resultOf<Done<Result>>(answer);
  if (Object.values(result).includes(null)) throw errorOf([], answer.data);
  return result;
}

/** After these, the same mutation with the same key may still be done, or may have been done. */
const openCodes: readonly ErrorCode[] = [
  'SERVICE_UNAVAILABLE',
  'INTERNAL_SERVER_ERROR',
  'UNAUTHENTICATED',
  'RATE_LIMITED',
];

/** Whether the answer says for good what became of a mutation. */
export function isFinal({ errors }: Answer): boolean {
  return !errors?.some((error) => openCodes.includes(codeOf(error)));
}
