import { amountFault, numberToType, numberTyped } from '../format.js';
import type { EditEmployeeInput, PayPeriodUnit } from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import { oneOf } from '../ui/search.js';
import type { EmployeeRecord } from './employee-record.js';

/** The fields of the form, in its order, with their labels. */
export const fieldLabels = {
  name: texts.employees.name,
  email: texts.employee.email,
  title: texts.employees.jobTitle,
  department: texts.employees.department,
  salary: texts.edit.salary,
  salaryUnit: texts.edit.unit,
  salaryEffectiveFrom: texts.edit.effectiveFrom,
  holder: texts.edit.holder,
  country: texts.edit.country,
  accountNumber: texts.edit.accountNumber,
};

export type EditField = keyof typeof fieldLabels;
export type Edit = Record<EditField, string>;

/** What is wrong with a field of a record whose salary is in the currency. */
export const faultOf = (field: EditField, currency: string | undefined): string =>
  field === 'salary' ? amountFault(currency) : faultTexts[field];

const faultTexts: Record<Exclude<EditField, 'salary'>, string> = {
  name: texts.common.required,
  email: texts.invalid.email,
  title: texts.common.required,
  department: texts.common.required,
  salaryUnit: texts.invalid.generic,
  salaryEffectiveFrom: texts.invalid.employedOn,
  holder: texts.common.required,
  country: texts.invalid.country,
  accountNumber: texts.invalid.accountNumber,
};

export function valuesOf({ name, email, title, department, salary, salaryUnit }: EmployeeRecord): Edit {
  return {
    name,
    email,
    title,
    department,
    salary: numberToType(salary?.amount ?? ''),
    salaryUnit: salaryUnit ?? '',
    salaryEffectiveFrom: '',
    holder: '',
    country: '',
    accountNumber: '',
  };
}

export const changedFields = (base: EmployeeRecord, edit: Edit): EditField[] => {
  const before = valuesOf(base);
  return allFields.filter((field) => edit[field].trim() !== before[field]);
};

const allFields: EditField[] = [
  'name',
  'email',
  'title',
  'department',
  'salary',
  'salaryUnit',
  'salaryEffectiveFrom',
  'holder',
  'country',
  'accountNumber',
];

export const hasChanged = (base: EmployeeRecord, edit: Edit): boolean => changedFields(base, edit).length > 0;

/** Names what has changed, and leaves the rest as it is. */
export function editInput(base: EmployeeRecord, edit: Edit): EditEmployeeInput {
  const changed = changedFields(base, edit);
  const has = (...fields: EditField[]) => fields.some((field) => changed.includes(field));
  const trimmed = (field: EditField) => edit[field].trim();
  return {
    id: base.id,
    version: base.version,
    ...(has('name') && { name: trimmed('name') }),
    ...(has('email') && { email: trimmed('email') }),
    ...(has('title') && { title: trimmed('title') }),
    ...(has('department') && { department: trimmed('department') }),
    ...(has('salary', 'salaryUnit', 'salaryEffectiveFrom') && {
      salary: { amount: numberTyped(edit.salary), currency: base.salary?.currency ?? '' },
      salaryUnit: oneOf<PayPeriodUnit>(edit.salaryUnit, texts.unit) ?? base.salaryUnit,
    }),
    ...(has('salaryEffectiveFrom') && { salaryEffectiveFrom: trimmed('salaryEffectiveFrom') }),
    ...(has('holder', 'country', 'accountNumber') && {
      bankAccount: {
        holder: trimmed('holder'),
        country: trimmed('country').toUpperCase(),
        accountNumber: trimmed('accountNumber'),
      },
    }),
  };
}
