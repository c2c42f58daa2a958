import { badInput } from '../values/app-error.js';
import { parseText } from '../values/text.js';

const maxUsernameLength = 100;

/**
 * The form in which usernames are compared: NFKC, then case folding, so that names that differ only in case or width are one.
 * Lower, upper and lower case again fold characters without a single counterpart: "ẞ", "ß" and "SS" are equal, and "ı" and "I".
 */
export function usernameKey(username: string): string {
  return username.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase().normalize('NFKC');
}

/**
 * Checks the name of a new user, which has no white space and no invisible characters: two names must not look the same.
 *
 * @throws AppError BAD_USER_INPUT
 */
export function parseUsername(value: string, field: string): string {
  const username = parseText(value, field, maxUsernameLength);
  // U+2800 is a Braille pattern without dots.
  if (/[\s\p{C}\p{Default_Ignorable_Code_Point}\u2800]/u.test(value.trim())) {
    throw badInput(field, `"${field}" holds white space or a character that does not show.`);
  }
  // NFKC expands some characters.
  if (usernameKey(username).length > maxUsernameLength) throw badInput(field, `"${field}" is too long.`);
  return username;
}
