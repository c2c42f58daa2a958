import { CsvError, parse } from 'csv-parse/sync';

/** A record of a CSV file, by the columns of its header. Absent values are empty. */
export interface CsvRecord {
  /** The line of the file that it ends on; the header is on line 1. */
  line: number;
  value(column: string): string;
}

/** What is wrong with a file, and where. */
export interface CsvProblem {
  line: number;
  column?: string;
  message: string;
}

export interface CsvColumns {
  required: readonly string[];
  optional: readonly string[];
}

/** @returns the records of a file, and its problems: of a file that has some, nothing may be used */
export function parseCsv(
  text: string,
  columns: CsvColumns,
): { records: CsvRecord[]; problems: CsvProblem[] } {
  const { rows, problem } = readRows(text);
  if (problem) return { records: [], problems: [problem] };
  const [header, ...others] = rows;
  const names = (header?.record ?? []).map((name) => name.toLowerCase());
  const problems = headerProblems(names, columns);
  if (problems.length > 0) return { records: [], problems };
  const indexes = new Map(names.map((name, index) => [name, index]));
  const records = others.map(({ line, record }) => ({
    line,
    value: (column: string) => record[indexes.get(column) ?? -1] ?? '',
  }));
  return {
    records,
    problems: others
      .filter(({ record }) => record.length !== names.length)
      .map(({ line, record }) => ({
        line,
        message: `it has ${record.length} values, and the header ${names.length}`,
      })),
  };
}

interface Row {
  line: number;
  record: string[];
}

function readRows(text: string): { rows: Row[]; problem?: CsvProblem } {
  try {
    const rows: Row[] = [];
    parse(text, {
      bom: true,
      delimiter: delimiterOf(text),
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      on_record: (record: string[], { lines }) => {
        rows.push({ line: lines, record });
        return null;
      },
    });
    return { rows };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error.lines === 'number' ? error.lines : 1;
    return {
      rows: [],
      problem: { line, message: 'it is not CSV: a quotation mark is missing, or too many' },
    };
  }
}

/** Spreadsheets of some countries write semicolons or tabs. */
function delimiterOf(text: string): string {
  const header = text.slice(0, Math.max(0, text.search(/[\r\n]/))) || text;
  return [';', '\t'].find((delimiter) => header.includes(delimiter)) ?? ',';
}

function headerProblems(names: readonly string[], { required, optional }: CsvColumns): CsvProblem[] {
  const known = [...required, ...optional];
  const missing = required.filter((column) => !names.includes(column));
  const unknown = names.filter((name) => !known.includes(name));
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  return [
    ...missing.map((column) => ({ line: 1, column, message: 'the header does not have it' })),
    ...unknown.map((column) => ({ line: 1, column, message: `the columns are ${known.join(', ')}` })),
    ...twice.map((column) => ({ line: 1, column, message: 'the header has it twice' })),
  ];
}

const maxShown = 20;

/** For people: each problem on a line of its own, but no more than can be read. */
export function describeCsvProblems(problems: readonly CsvProblem[]): string {
  const shown = problems
    .toSorted((a, b) => a.line - b.line)
    .slice(0, maxShown)
    .map(
      ({ line, column, message }) => `Line ${line}${column === undefined ? '' : `, ${column}`}: ${message}.`,
    );
  const more = problems.length - shown.length;
  return [...shown, ...(more > 0 ? [`And ${more} more.`] : [])].join('\n');
}
