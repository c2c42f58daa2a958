import type { BankAccountInput } from '../generated/schema-types.js';
import { AppError, badInput } from '../values/app-error.js';
import type { Sealer } from '../values/sealing.js';
import { parseText } from '../values/text.js';

/** A bank account to store: the number is in `sealed` only. */
export interface BankAccount {
  holder: string;
  country: string;
  lastFour: string;
  accountNumber: string;
}

/**
 * Account numbers are sealed, each for its employee's id, so that no row's number can be passed off as another's.
 *
 * @throws AppError SERVICE_UNAVAILABLE where the server was started without a DATA_KEY
 */
export function requireVault(vault: Sealer | undefined): Sealer {
  if (!vault) {
    throw new AppError(
      'SERVICE_UNAVAILABLE',
      'This server has no DATA_KEY and can store no account number.',
      {
        field: 'bankAccount',
      },
    );
  }
  return vault;
}

/** @throws AppError BAD_USER_INPUT */
export function parseBankAccount(input: BankAccountInput): BankAccount {
  const holder = parseText(input.holder, 'bankAccount.holder', 200);
  if (!/^[A-Z]{2}$/.test(input.country)) {
    throw badInput('bankAccount.country', '"bankAccount.country" is not a country code such as "DE".');
  }
  const accountNumber = input.accountNumber.replace(/[ -]/g, '');
  if (!/^[A-Za-z0-9]{5,34}$/.test(accountNumber)) {
    throw badInput(
      'bankAccount.accountNumber',
      '"bankAccount.accountNumber" is not 5 to 34 letters and digits.',
    );
  }
  return { holder, country: input.country, lastFour: accountNumber.slice(-4), accountNumber };
}
