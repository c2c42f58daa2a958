import { badInput } from './app-error.js';

/** A decimal number with four places, as ten-thousandths: 12.5 is 125000n. Never a float. */
export type TenThousandths = bigint;

export const tenThousand = 10_000n;

const places = 4;
const form = /^(0|[1-9][0-9]{0,7})(?:\.([0-9]{1,4}))?$/;

/**
 * @param value as the `Decimal` scalar takes it
 * @throws AppError BAD_USER_INPUT on what is no number from 0 to 99999999.9999 with at most four places
 */
export function parseDecimal(value: unknown, field: string): TenThousandths {
  const match = typeof value === 'string' && value.length <= 20 ? form.exec(value) : null;
  if (!match)
    throw badInput(field, `"${field}" is not a decimal number of at most four places, such as "7.5".`);
  const [, units = '', fraction = ''] = match;
  return BigInt(units + fraction.padEnd(places, '0'));
}

/** The number as PostgreSQL and the API write it: `12.5`. */
export function decimalText(value: TenThousandths): string {
  const fraction = (value % tenThousand)
    .toString()
    .padStart(places, '0')
    .replace(/0{1,4}$/, '');
  return `${value / tenThousand}${fraction === '' ? '' : `.${fraction}`}`;
}

/** @param text as PostgreSQL writes a DECIMAL of at most four places that is not negative */
export function parseStoredDecimal(text: string): TenThousandths {
  const [units = '', fraction = ''] = text.split('.');
  return BigInt(units + fraction.padEnd(places, '0'));
}
