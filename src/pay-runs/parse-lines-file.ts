import { AppError } from '../values/app-error.js';
import { type CsvProblem, type CsvRecord, inPieces, readCsv, UnreadableCsv } from '../values/csv.js';
import { parseDecimal, type TenThousandths } from '../values/decimal.js';
import { decimalParts, type Money, parseCurrency, parseMoney } from '../values/money.js';
import { parseText } from '../values/text.js';
import { maxCodeCharacters, maxNoteCharacters } from './parse-pay-run-edit.js';

/** A line of a file, and what of it is well-formed but for what the database knows of. */
export interface FileLine {
  /** Of the file. */
  line: number;
  /** An id or an email address, in small letters. */
  employee: string | null;
  code: string | null;
  amount: Money | { text: string } | null;
  units: TenThousandths | null;
  note: string | null;
}

const columns = { required: ['employee', 'code'], optional: ['amount', 'units', 'currency', 'note'] };
const maxAddressCharacters = 320;

/** @returns the lines, and the problems */
export async function parseLinesFile(csv: string): Promise<{ lines: FileLine[]; problems: CsvProblem[] }> {
  const lines: FileLine[] = [];
  const problems: CsvProblem[] = [];
  try {
    for await (const record of readCsv(inPieces(csv), columns)) {
      if (record.problem) problems.push(record.problem);
      else lines.push(parseRecord(record, problems));
    }
  } catch (error) {
    if (!(error instanceof UnreadableCsv)) throw error;
    return { lines, problems: [...problems, ...error.problems] };
  }
  if (lines.length === 0 && problems.length === 0) {
    problems.push({ line: 1, column: null, message: 'There is no line after it.' });
  }
  return { lines, problems };
}

function parseRecord({ line, fields }: CsvRecord, problems: CsvProblem[]): FileLine {
  const before = problems.length;
  const value = (name: string) => fields[name] ?? '';
  const column = <T>(name: string, parse: (text: string) => T): T | null =>
    columnOf(line, name, () => parse(value(name)), problems);
  const employee = column('employee', (text) => parseText(text, 'employee', maxAddressCharacters));
  const code = column('code', (text) => parseText(text, 'code', maxCodeCharacters));
  const currency = column('currency', (text) =>
    text === '' ? null : parseCurrency(text.toUpperCase(), 'currency'),
  );
  const amount = column('amount', (text) => (text === '' ? null : amountOf(text, currency)));
  const units = column('units', (text) => (text === '' ? null : parseDecimal(text, 'units')));
  const note = column('note', (text) => (text === '' ? null : parseText(text, 'note', maxNoteCharacters)));
  if (problems.length === before && (amount === null) === (units === null)) {
    problems.push({ line, column: 'amount', message: 'Either an amount or units are needed.' });
  }
  return { line, employee: employee?.toLowerCase() ?? null, code, amount, units, note };
}

function amountOf(amount: string, currency: string | null): FileLine['amount'] {
  if (currency !== null) return parseMoney({ amount, currency }, 'amount');
  decimalParts(amount, 'amount');
  return { text: amount };
}

/** Notes as a problem what the parse function refuses. @returns null then */
export function columnOf<T>(line: number, column: string, parse: () => T, problems: CsvProblem[]): T | null {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    problems.push({ line, column, message: error.publicMessage });
    return null;
  }
}
