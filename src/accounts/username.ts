import { badInput } from '../values/app-error.js';
import { parseText } from '../values/text.js';

const longestUsername = 100;

/**
 * What two usernames are compared by: NFKC, then case folding, so that case and width make no second name. Lower, upper
 * and lower case again fold what has no one partner in the other case: "ẞ", "ß" and "SS" are one, and "ı" and "I".
 */
export function usernameKey(username: string): string {
  return username.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase().normalize('NFKC');
}

/**
 * A name for a new user: no white space, and nothing that does not show, by which two names could look the same.
 *
 * @throws AppError BAD_USER_INPUT
 */
export function parseUsername(value: string, field: string): string {
  const username = parseText(value, field, longestUsername);
  // U+2800 is a Braille pattern without dots.
  if (/[\s\p{C}\p{Default_Ignorable_Code_Point}\u2800]/u.test(username)) {
    throw badInput(field, `"${field}" holds white space or a character that does not show.`);
  }
  // NFKC writes some characters out as many.
  if (usernameKey(username).length > longestUsername) throw badInput(field, `"${field}" is too long.`);
  return username;
}
