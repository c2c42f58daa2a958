import { badInput } from './app-error.js';

/**
 * Trims text that a person wrote or pasted. It must have 1 to `maxLength` characters, at least one of which can be seen, and no
 * control characters or lone surrogates: PostgreSQL cannot store NUL, and the others do not belong in a name. Characters are
 * composed (NFC), and those are left out that do not show and change nothing of what does.
 *
 * @throws AppError BAD_USER_INPUT
 */
export function parseText(value: string, field: string, maxLength: number): string {
  const text = withoutPasted(requireWellFormed(value, field).normalize('NFC')).trim();
  if (withoutInvisible(text).trim() === '') throw badInput(field, `"${field}" is empty.`);
  if (text.length > maxLength) throw badInput(field, `"${field}" is longer than ${maxLength} characters.`);
  return text;
}

/** Zero-width spaces, byte order marks, soft hyphens and marks of direction; not the joiners, which some languages need. */
function withoutPasted(text: string): string {
  return text.replace(/[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g, '');
}

/** Leaves out whatever does not show. U+2800 is a Braille pattern without dots. */
export function withoutInvisible(text: string): string {
  return text.replace(/[\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/gu, '');
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
