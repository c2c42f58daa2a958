import { expect } from 'vitest';
import type { Answer, AnswerError } from './client.js';

/**
 * The operation succeeded: its answer has no errors.
 *
 * @param of what is tested, where a test sends several operations
 * @returns the data
 */
export function expectData(answer: Answer, of = 'errors'): Answer['data'] {
  expect(answer.errors, `${of}: ${answer.text}`).toBeUndefined();
  return answer.data;
}

/**
 * The operation failed with this error alone, and no data came with it: each root field is null.
 *
 * @param of what is tested, where a test sends several operations
 * @returns the error
 */
export function expectCode(
  answer: Answer,
  code: string,
  { field, path, of = code }: { field?: string | undefined; path?: Array<string | number>; of?: string } = {},
): AnswerError {
  const message = `${of}: ${answer.text}`;
  const [error, ...others] = answer.errors ?? [];
  if (!error) throw new Error(`an error is missing: ${message}`);
  expect({ code: error.extensions.code, others }, message).toEqual({ code, others: [] });
  if (field !== undefined) expect(error.extensions.field, message).toBe(field);
  if (path !== undefined) expect(error.path, message).toEqual(path);
  expect(rootFieldsOf(answer), message).toEqual([]);
  return error;
}

/** @returns the names of the root fields that are not null */
export function rootFieldsOf({ data }: Answer): string[] {
  return Object.entries(data ?? {}).flatMap(([name, value]) => (value === null ? [] : [name]));
}
