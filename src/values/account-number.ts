import { countrySpecs, isValidIBAN } from 'ibantools';
import { badInput } from './app-error.js';
import { withoutInvisible } from './text.js';

/** @throws AppError BAD_USER_INPUT unless it is a country of ISO 3166, or Kosovo, which has account numbers of its own */
export function parseCountry(value: string, field: string): string {
  if (!/^[A-Z]{2}$/.test(value) || !Object.hasOwn(countrySpecs, value)) {
    throw badInput(field, `"${field}" is not a country code such as "DE".`);
  }
  return value;
}

/**
 * Parses an account number as people paste it: with spaces of any kind, hyphens, and the word IBAN before it. What has the form
 * of an IBAN, or the length of the country's, has to be one of that country. Other numbers are kept as they are: many countries
 * have no IBAN, and others have numbers besides.
 *
 * @throws AppError BAD_USER_INPUT
 */
export function parseAccountNumber(value: string, country: string, field: string): string {
  const written = withoutInvisible(value).replace(/[\s\p{Pd}]/gu, '');
  const number = written.replace(/^IBAN:?(?=.)/i, '');
  if (!/^[A-Za-z0-9]{5,34}$/.test(number)) {
    throw badInput(field, `"${field}" is not 5 to 34 letters and digits.`);
  }
  const iban = number.toUpperCase();
  const { chars } = countrySpecs[country] ?? {};
  if (!/^[A-Z]{2}[0-9]{2}/.test(iban) && iban.length !== chars) return number;
  if (!isValidIBAN(iban))
    throw badInput(field, `"${field}" is not a valid IBAN: a digit or a letter is wrong.`);
  if (!iban.startsWith(country)) throw badInput(field, `"${field}" is an IBAN of another country.`);
  return iban;
}
