import { badInput } from './app-error.js';

/**
 * A field that may be absent, and may not be null.
 *
 * @throws AppError BAD_USER_INPUT on null
 */
export function optional<In, Out>(
  value: In | null | undefined,
  field: string,
  parse: (value: In) => Out,
): Out | undefined {
  if (value === undefined) return undefined;
  if (value === null) throw badInput(field, `"${field}" can't be empty.`);
  return parse(value);
}
