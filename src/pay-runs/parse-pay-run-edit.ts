import type { EditPayRunInput, PayLineInput } from '../generated/schema-types.js';
import { badInput } from '../values/app-error.js';
import { type Day, parseDay } from '../values/dates.js';
import { parseDecimal, type TenThousandths } from '../values/decimal.js';
import { parseId } from '../values/ids.js';
import { type Money, parseMoney } from '../values/money.js';
import { parseText } from '../values/text.js';
import { parseEmployeeIds } from './parse-pay-run.js';

/** A change of a draft, every part of it well-formed. */
export interface PayRunEdit {
  id: string;
  version: number;
  payDate: Day | null;
  addEmployees: readonly string[];
  removeEmployees: readonly string[];
  setLines: readonly EnteredLine[];
  removeLines: readonly string[];
}

export interface EnteredLine {
  employeeId: string;
  code: string;
  amount: Money | null;
  units: TenThousandths | null;
  note: string | null;
}

export const maxNoteCharacters = 500;
export const maxCodeCharacters = 30;

/** @throws AppError BAD_USER_INPUT */
export function parsePayRunEdit(input: EditPayRunInput): PayRunEdit {
  const { payDate, addEmployees, removeEmployees, setLines, removeLines } = input;
  const edit = {
    id: parseId(input.id, 'id'),
    version: input.version,
    payDate: payDate == null ? null : parseDay(payDate, 'payDate'),
    addEmployees: addEmployees == null ? [] : parseEmployeeIds(addEmployees, 'addEmployees'),
    removeEmployees: removeEmployees == null ? [] : parseEmployeeIds(removeEmployees, 'removeEmployees'),
    setLines: (setLines ?? []).map((line, index) => parseLine(line, `setLines.${index}`)),
    removeLines: (removeLines ?? []).map((id, index) => parseId(id, `removeLines.${index}`)),
  };
  const both = edit.addEmployees.find((id) => edit.removeEmployees.includes(id));
  if (both !== undefined)
    throw badInput('removeEmployees', 'An employee is both to be added and to be removed.');
  requireOneLineEach(edit.setLines);
  return edit;
}

function parseLine(line: PayLineInput, field: string): EnteredLine {
  const { amount, units, note } = line;
  if ((amount == null) === (units == null)) {
    throw badInput(field, `"${field}" needs either an "amount" or "units".`);
  }
  return {
    employeeId: parseId(line.employeeId, `${field}.employeeId`),
    code: parseText(line.code, `${field}.code`, maxCodeCharacters),
    amount: amount == null ? null : parseMoney(amount, `${field}.amount`),
    units: units == null ? null : parseDecimal(units, `${field}.units`),
    note: note == null ? null : parseText(note, `${field}.note`, maxNoteCharacters),
  };
}

function requireOneLineEach(lines: readonly EnteredLine[]): void {
  const seen = new Set<string>();
  for (const [index, { employeeId, code }] of lines.entries()) {
    const key = `${employeeId} ${code}`;
    if (seen.has(key))
      throw badInput(`setLines.${index}`, 'There is another line of this employee and code.');
    seen.add(key);
  }
}
