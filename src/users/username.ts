import { badInput } from '../errors.js';
import { parseText } from '../text.js';

const longestUsername = 100;

/**
 * What two usernames are compared by: NFKC, then case folding, so that case and width make no second name. Upper case
 * first folds what has no lower case of its own: "ß" and "SS" are one.
 */
export function usernameKey(username: string): string {
  return username.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC');
}

/**
 * A name for a new user: no white space, and nothing that does not show, by which two names could look the same.
 *
 * @throws AppError BAD_USER_INPUT
 */
export function parseUsername(value: string, field: string): string {
  const username = parseText(value, field, longestUsername);
  if (/[\s\p{C}\p{Default_Ignorable_Code_Point}]/u.test(username)) {
    throw badInput(field, `"${field}" holds white space or a character that does not show.`);
  }
  return username;
}
