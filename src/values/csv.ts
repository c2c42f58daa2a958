import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { CsvError, type Info, parse } from 'csv-parse';

/** A line of a CSV file after its header. */
export interface CsvRecord {
  /** Of the file, on which it begins; the header is on line 1. */
  readonly line: number;
  /** What is not empty, trimmed, by the columns of the header. */
  readonly fields: Readonly<Record<string, string>>;
  /** Whether it has more or fewer values than the header: what they are for is not known then. */
  readonly problem?: CsvProblem;
}

/** What is wrong with a file, and where. */
export interface CsvProblem {
  readonly line: number;
  /** Null where it is no single column. */
  readonly column: string | null;
  /** A sentence. */
  readonly message: string;
}

export interface CsvColumns {
  readonly required: readonly string[];
  /** There are no others. */
  readonly optional: readonly string[];
}

/** The file can't be read on from here. */
export class UnreadableCsv extends Error {
  constructor(readonly problems: readonly CsvProblem[]) {
    super(problems[0]?.message);
  }
}

const maxRecordCharacters = 20_000;
const pieceBytes = 64 * 1024;

/** Gives a text to be read piece by piece. Between them, a server does what else it has to do. */
export async function* inPieces(text: string): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let start = 0; start < bytes.length; start += pieceBytes) {
    yield bytes.subarray(start, start + pieceBytes);
    await setImmediate();
  }
}

/**
 * Reads CSV (RFC 4180): UTF-8 with and without a mark; commas, semicolons or tabs; CRLF or LF; quotes.
 *
 * @throws UnreadableCsv
 */
export async function* readCsv(
  file: AsyncIterable<Uint8Array>,
  columns: CsvColumns,
): AsyncGenerator<CsvRecord> {
  const text = decoded(file);
  const { value: first = '' } = await text.next();
  const source = Readable.from(rejoined(first, text));
  const parser = parse({
    delimiter: delimiterOf(first),
    info: true,
    trim: true,
    skip_empty_lines: true,
    relax_column_count: true,
    max_record_size: maxRecordCharacters,
  });
  source.on('error', (error) => parser.destroy(error));
  let header: string[] | undefined;
  try {
    for await (const { record, info } of source.pipe(parser)) {
      if (header) yield toRecord(header, record, info);
      else header = checkHeader(record, columns);
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error.lines === 'number' ? error.lines : 1;
    throw new UnreadableCsv([
      { line, column: null, message: 'This is not CSV: a quotation mark is missing, or too many.' },
    ]);
  }
  if (!header) checkHeader([], columns);
}

/** @throws UnreadableCsv where the file is not UTF-8 */
async function* decoded(file: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  const decode = (bytes?: Uint8Array): string => {
    try {
      return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
    } catch {
      throw new UnreadableCsv([{ line, column: null, message: 'From here on, the file is not UTF-8.' }]);
    }
  };
  for await (const bytes of file) {
    const text = decode(bytes);
    line += text.split('\n').length - 1;
    if (text !== '') yield text;
  }
  const rest = decode();
  if (rest !== '') yield rest;
}

async function* rejoined(first: string, rest: AsyncIterable<string>): AsyncGenerator<string> {
  yield first;
  yield* rest;
}

/** Spreadsheets of some countries write semicolons or tabs. */
function delimiterOf(text: string): string {
  const [header = ''] = text.split(/[\r\n]/, 1);
  return [';', '\t'].find((delimiter) => header.includes(delimiter)) ?? ',';
}

/** @throws UnreadableCsv */
function checkHeader(header: readonly string[], { required, optional }: CsvColumns): string[] {
  const names = header.map((name) => name.toLowerCase());
  const known = [...required, ...optional];
  const problem = (message: string) => (column: string) => ({ line: 1, column, message });
  const problems = [
    ...required.filter((name) => !names.includes(name)).map(problem('The header does not have it.')),
    ...names.filter((name) => !known.includes(name)).map(problem(`The columns are ${known.join(', ')}.`)),
    ...names.filter((name, index) => names.indexOf(name) !== index).map(problem('The header has it twice.')),
  ];
  if (problems.length > 0) throw new UnreadableCsv(problems);
  return names;
}

function toRecord(header: readonly string[], record: readonly string[], { lines }: Info): CsvRecord {
  const fields: Record<string, string> = {};
  let breaks = 0;
  for (const [index, value] of record.entries()) {
    const name = header[index];
    if (value === '') continue;
    if (name !== undefined) fields[name] = value;
    if (value.includes('\n')) breaks += value.split('\n').length - 1;
  }
  const line = lines - breaks;
  if (record.length === header.length) return { line, fields };
  const message = `It has ${record.length} values, and the header has ${header.length}.`;
  return { line, fields, problem: { line, column: null, message } };
}

const maxShown = 20;

/** For people: each problem on a line of its own, but no more than can be read. */
export function describeCsvProblems(problems: readonly CsvProblem[]): string {
  const shown = problems
    .toSorted((a, b) => a.line - b.line)
    .slice(0, maxShown)
    .map(({ line, column, message }) => `Line ${line}${column === null ? '' : `, ${column}`}: ${message}`);
  const more = problems.length - shown.length;
  return [...shown, ...(more > 0 ? [`And ${more} more.`] : [])].join('\n');
}
