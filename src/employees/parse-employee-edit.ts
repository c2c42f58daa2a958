import type { EditEmployeeInput, PayPeriodUnit } from '../generated/schema-types.js';
import { badInput } from '../values/app-error.js';
import { type BankAccount, parseBankAccount } from '../values/bank-account.js';
import { type Day, parseDay } from '../values/dates.js';
import { parseId } from '../values/ids.js';
import { type Money, parseMoney } from '../values/money.js';
import { optional } from '../values/optional.js';
import { parseText, withoutInvisible } from '../values/text.js';

/** What to change: an absent field stays as it is. */
export interface EmployeeEdit {
  id: string;
  version: number;
  name?: string | undefined;
  email?: string | undefined;
  title?: string | undefined;
  department?: string | undefined;
  salary?: Money | undefined;
  salaryUnit?: PayPeriodUnit | undefined;
  salaryEffectiveFrom?: Day | undefined;
  /** Null removes it. */
  bankAccount?: BankAccount | null | undefined;
}

export const longestName = 200;
const longestEmail = 254;

/** @throws AppError BAD_USER_INPUT on null where a field may not be empty, and on a value that can't be */
export function parseEmployeeEdit(input: EditEmployeeInput): EmployeeEdit {
  const { bankAccount } = input;
  const text = (field: 'name' | 'title' | 'department') =>
    optional(input[field], field, (value) => parseText(value, field, longestName));
  const edit: EmployeeEdit = {
    id: parseId(input.id, 'id'),
    version: input.version,
    name: text('name'),
    email: optional(input.email, 'email', parseEmail),
    title: text('title'),
    department: text('department'),
    salary: optional(input.salary, 'salary', (value) => parseMoney(value, 'salary')),
    salaryUnit: optional(input.salaryUnit, 'salaryUnit', (value) => value),
    salaryEffectiveFrom: optional(input.salaryEffectiveFrom, 'salaryEffectiveFrom', (value) =>
      parseDay(value, 'salaryEffectiveFrom'),
    ),
    bankAccount: bankAccount ? parseBankAccount(bankAccount, 'bankAccount') : bankAccount,
  };
  if (edit.salaryEffectiveFrom !== undefined && !edit.salary && !edit.salaryUnit) {
    throw badInput(
      'salaryEffectiveFrom',
      '"salaryEffectiveFrom" needs a "salary" or "salaryUnit" to come with it.',
    );
  }
  return edit;
}

/**
 * Something, an at sign, a domain with a dot: whether mail arrives there, only sending some can tell. What differs in how its
 * characters are written only is one address (NFKC).
 */
export function parseEmail(value: string): string {
  const email = parseText(withoutInvisible(value.normalize('NFKC')), 'email', longestEmail);
  if (!/^[^\s@]+@[^\s@]+\.[^\s@.]+$/.test(email)) throw badInput('email', '"email" is not an email address.');
  return email;
}
