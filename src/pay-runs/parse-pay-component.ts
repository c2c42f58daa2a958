import { badInput } from '../values/app-error.js';
import { parseText } from '../values/text.js';
import { builtInComponents } from './built-in-components.js';

const code = /^[A-Z][A-Z0-9_]{0,29}$/;
const maxNameCharacters = 100;
const maxLedgerAccountCharacters = 50;

/** @throws AppError BAD_USER_INPUT */
export function parseCode(value: string): string {
  if (!code.test(value)) {
    throw badInput('code', '"code" is not 1 to 30 capital letters, digits and underscores, such as "MEAL".');
  }
  if (builtInComponents.has(value)) throw badInput('code', `The code "${value}" has a meaning of its own.`);
  return value;
}

/** @throws AppError BAD_USER_INPUT */
export function parseName(value: string): string {
  return parseText(value, 'name', maxNameCharacters);
}

/** @throws AppError BAD_USER_INPUT */
export function parseLedgerAccount(value: string): string {
  return parseText(value, 'ledgerAccount', maxLedgerAccountCharacters);
}
