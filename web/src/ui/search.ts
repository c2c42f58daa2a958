/** Reads what a URL may have in it: anything. */

export const textIn = (value: unknown): string | undefined =>
  (typeof value === 'string' && value !== '') || typeof value === 'number' ? String(value) : undefined;

/** @param names an object with a key for each value */
export function oneOf<Name extends string>(
  value: unknown,
  names: Readonly<Record<Name, unknown>>,
): Name | undefined {
  return isKey(value, names) ? value : undefined;
}

function isKey<Name extends string>(value: unknown, names: Readonly<Record<Name, unknown>>): value is Name {
  return typeof value === 'string' && Object.hasOwn(names, value);
}

const dayForm = /^\d{4}-\d{2}-\d{2}$/;

export const dayIn = (value: unknown): string | undefined =>
  typeof value === 'string' && dayForm.test(value) ? value : undefined;

const idForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export const idIn = (value: unknown): string | undefined =>
  typeof value === 'string' && idForm.test(value) ? value : undefined;

/** The rows of a page. */
export const pageSize = 50;
