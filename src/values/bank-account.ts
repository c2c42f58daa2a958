import type { BankAccountInput } from '../generated/schema-types.js';
import { parseAccountNumber, parseCountry } from './account-number.js';
import { AppError } from './app-error.js';
import type { Sealer } from './sealing.js';
import { parseText } from './text.js';

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
export function requireVault(vault: Sealer | undefined, field: string): Sealer {
  if (!vault) {
    throw new AppError(
      'SERVICE_UNAVAILABLE',
      'This server has no DATA_KEY and can store no account number.',
      { field },
    );
  }
  return vault;
}

export const longestHolder = 200;

/** @throws AppError BAD_USER_INPUT */
export function parseBankAccount(input: BankAccountInput, field: string): BankAccount {
  const holder = parseText(input.holder, `${field}.holder`, longestHolder);
  const country = parseCountry(input.country, `${field}.country`);
  const accountNumber = parseAccountNumber(input.accountNumber, country, `${field}.accountNumber`);
  return { holder, country, lastFour: accountNumber.slice(-4), accountNumber };
}

/** The columns of a row that has a bank account, or none. */
export interface BankColumns {
  bankHolder: string | null;
  bankCountry: string | null;
  bankLastFour: string | null;
}

/** @returns what to store, and what the audit entry says of it; undefined where nothing is to be changed */
export function changeAccount(
  before: BankColumns,
  account: BankAccount | null | undefined,
  field: string,
  seal: (accountNumber: string) => Uint8Array<ArrayBuffer>,
) {
  if (account === undefined || (account === null && before.bankLastFour === null)) return undefined;
  const data = account ? accountColumns(account, seal) : noAccount;
  return { data, change: { field, before: describeAccount(before), after: describeAccount(data) } };
}

export function accountColumns(
  account: BankAccount,
  seal: (accountNumber: string) => Uint8Array<ArrayBuffer>,
) {
  const { holder, country, lastFour, accountNumber } = account;
  return {
    bankHolder: holder,
    bankCountry: country,
    bankLastFour: lastFour,
    bankAccountSealed: seal(accountNumber),
  };
}

const noAccount = { bankHolder: null, bankCountry: null, bankLastFour: null, bankAccountSealed: null };

/** Also for the audit trail, no more of the number than its last four characters. */
export function describeAccount({ bankHolder, bankCountry, bankLastFour }: BankColumns): string | null {
  return bankLastFour === null ? null : `${bankHolder}, ${bankCountry}, …${bankLastFour}`;
}
