import { createRequire } from 'node:module';
import { badInput } from '../../values/app-error.js';
import { requireWellFormed } from '../../values/text.js';
import { usernameKey } from '../username.js';

const shortest = 12;
const longest = 128;

let common: ReadonlySet<string> | undefined;

/** Of the 49,000 most common passwords, those that are long enough to be tried. Loaded when a password is first chosen. */
function commonPasswords(): ReadonlySet<string> {
  const { dictionary }: typeof import('@zxcvbn-ts/language-common') = createRequire(import.meta.url)(
    '@zxcvbn-ts/language-common',
  );
  const passwords = dictionary['passwords-common'].filter((password) => typeof password === 'string');
  return new Set(passwords.filter((password) => password.length >= shortest));
}

/**
 * What a new password must be: 12 to 128 characters (code points), not one of the most common, and not the username. No
 * composition rules, no trimming, no truncation (NIST SP 800-63B section 3.1.1.2).
 *
 * @returns what is wrong, to be said after the field's name, or undefined
 */
export function checkPassword(password: string, username: string): string | undefined {
  const length = [...password].length;
  if (length < shortest) return `is shorter than ${shortest} characters`;
  if (length > longest) return `is longer than ${longest} characters`;
  common ??= commonPasswords();
  if (common.has(password.toLowerCase())) return 'is one of the most common passwords';
  if (usernameKey(password) === usernameKey(username)) return 'is the username';
  return undefined;
}

/** @throws AppError BAD_USER_INPUT when it is not what a new password must be */
export function parseNewPassword(password: string, username: string, field: string): string {
  requireWellFormed(password, field);
  const weakness = checkPassword(password, username);
  if (weakness !== undefined) throw badInput(field, `"${field}" ${weakness}.`);
  return password;
}
