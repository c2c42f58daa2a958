import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { Secret } from '../config.js';
import { AppError, badInput } from '../errors.js';
import type { BankAccountInput } from '../generated/resolvers-types.js';
import { parseText } from '../text.js';

const format = 1;
const nonceLength = 12;
const tagLength = 16;

/** A bank account to store: the number is in `sealed` only. */
export interface BankAccount {
  holder: string;
  country: string;
  lastFour: string;
  accountNumber: string;
}

/** Encrypts account numbers, each bound to its employee's id, so that no row's number can be passed off as another's. */
export interface AccountVault {
  seal(employeeId: string, accountNumber: string): Uint8Array<ArrayBuffer>;
  /** @throws Error when it was not sealed for this employee with this key */
  open(employeeId: string, sealed: Uint8Array): string;
}

/** AES-256-GCM (NIST SP 800-38D) with a random nonce: a byte of format, the nonce, the tag, the ciphertext. */
export function createAccountVault(secret: Secret): AccountVault {
  const key = Buffer.from(hkdfSync('sha256', secret.reveal(), '', 'stipend bank account', 32));
  return {
    seal: (employeeId, accountNumber) => {
      const nonce = randomBytes(nonceLength);
      const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagLength });
      cipher.setAAD(Buffer.from(employeeId));
      const ciphertext = Buffer.concat([cipher.update(accountNumber, 'utf8'), cipher.final()]);
      return new Uint8Array(Buffer.concat([Buffer.of(format), nonce, cipher.getAuthTag(), ciphertext]));
    },
    open: (employeeId, sealed) => {
      if (sealed[0] !== format) throw new Error('an account number is stored in an unknown format');
      const nonce = sealed.subarray(1, 1 + nonceLength);
      const tag = sealed.subarray(1 + nonceLength, 1 + nonceLength + tagLength);
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagLength });
      decipher.setAAD(Buffer.from(employeeId));
      decipher.setAuthTag(tag);
      const ciphertext = sealed.subarray(1 + nonceLength + tagLength);
      return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8');
    },
  };
}

/** @throws AppError SERVICE_UNAVAILABLE where the server was started without a DATA_KEY */
export function requireVault(vault: AccountVault | undefined): AccountVault {
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
