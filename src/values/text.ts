import { badInput } from './app-error.js';

/**
 * Trims text that a person wrote. It must have 1 to `maxLength` characters, and no control characters or lone surrogates:
 * PostgreSQL cannot store NUL, and the others do not belong in a name.
 *
 * @throws AppError BAD_USER_INPUT
 */
export function parseText(value: string, field: string, maxLength: number): string {
  const text = requireWellFormed(value, field).trim();
  if (text === '') throw badInput(field, `"${field}" is empty.`);
  if (text.length > maxLength) throw badInput(field, `"${field}" is longer than ${maxLength} characters.`);
  return text;
}

/** @throws AppError BAD_USER_INPUT on a control character (line feed, carriage return and tab excepted) or a lone surrogate */
export function requireWellFormed(value: string, field: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the expression looks for them
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]|\p{Surrogate}/u.test(value)) {
    throw badInput(field, `"${field}" holds a character that is not allowed.`);
  }
  return value;
}

/** @returns a URL to which a path can be appended */
export function withoutSlashAtEnd(url: string): string {
  let end = url.length;
  while (url[end - 1] === '/') end -= 1;
  return url.slice(0, end);
}
