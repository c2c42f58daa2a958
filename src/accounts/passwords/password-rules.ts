import { createRequire } from 'node:module';
import { badInput } from '../../values/app-error.js';
import { requireWellFormed } from '../../values/text.js';
import { usernameKey } from '../username.js';

const minLength = 12;
const maxLength = 128;

let common: ReadonlySet<string> | undefined;

/** The common passwords that are long enough to be chosen. Loaded when the first password is. */
function commonPasswords(): ReadonlySet<string> {
  const { dictionary }: typeof import('@zxcvbn-ts/language-common') = createRequire(import.meta.url)(
    '@zxcvbn-ts/language-common',
  );
  const passwords = dictionary['passwords-common'].filter((password) => typeof password === 'string');
  return new Set(passwords.filter((password) => password.length >= minLength));
}

/**
 * The form in which passwords are hashed and checked. Keyboards and programs write the same characters in several ways (NIST SP
 * 800-63B section 3.1.1.2).
 */
export function normalizePassword(password: string): string {
  return password.normalize('NFKC');
}

/**
 * Checks a new password: 12 to 128 characters (code points), not a common one, and not the username. There are no composition
 * rules, no trimming and no truncation (NIST SP 800-63B section 3.1.1.2).
 *
 * @returns what is wrong, as a predicate for the field's name, or undefined
 */
export function checkPassword(written: string, username: string): string | undefined {
  const password = normalizePassword(written);
  const length = [...password].length;
  if (length < minLength) return `is shorter than ${minLength} characters`;
  if (length > maxLength) return `is longer than ${maxLength} characters`;
  common ??= commonPasswords();
  if (common.has(password.toLowerCase())) return 'is one of the most common passwords';
  if (usernameKey(password) === usernameKey(username)) return 'is the username';
  return undefined;
}

/** @throws AppError BAD_USER_INPUT when the password is too weak or malformed */
export function parseNewPassword(password: string, username: string, field: string): string {
  requireWellFormed(password, field);
  const weakness = checkPassword(password, username);
  if (weakness !== undefined) throw badInput(field, `"${field}" ${weakness}.`);
  return password;
}
