import { setImmediate } from 'node:timers/promises';
import { CsvError, type InfoRecord, parse } from 'csv-parse';

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
 * @throws UnreadableCsv after all lines before that can be read
 */
export async function* readCsv(
  file: AsyncIterable<Uint8Array>,
  columns: CsvColumns,
): AsyncGenerator<CsvRecord> {
  let header: string[] | undefined;
  for await (const { record, context } of parsed(decoded(file))) {
    if (header) yield toRecord(header, record, context);
    else header = checkHeader(record, columns);
  }
  if (!header) checkHeader([], columns);
}

interface Parsed {
  record: string[];
  context: InfoRecord;
}

/** @throws UnreadableCsv where it is no CSV */
async function* parsed(pieces: AsyncGenerator<string>): AsyncGenerator<Parsed> {
  const { value: first = '' } = await pieces.next();
  // Whoever reads the parser as a stream loses the records that it had not read yet when the parser failed.
  let records: Parsed[] = [];
  let last: InfoRecord | undefined;
  const parser = parse({
    delimiter: delimiterOf(first),
    trim: true,
    skip_empty_lines: true,
    relax_column_count: true,
    max_record_size: maxRecordCharacters,
    on_record: (record: string[], context) => {
      records.push({ record, context });
      last = context;
      return null;
    },
  });
  let failure: Error | undefined;
  const fail = (error: Error | null | undefined) => {
    failure ??= error ?? undefined;
  };
  parser.on('error', fail);
  const taken = (): Parsed[] => {
    const found = records;
    records = [];
    return found;
  };
  const piecesAndEnd = async function* () {
    yield first;
    yield* pieces;
    yield undefined;
  };
  try {
    for await (const piece of piecesAndEnd()) {
      await new Promise<void>((resolve) => {
        const done = (error?: Error | null) => {
          fail(error);
          resolve();
        };
        if (piece === undefined) parser.end(done);
        else parser.write(piece, done);
      });
      yield* taken();
      if (failure) throw unreadable(failure, last);
    }
  } finally {
    parser.destroy();
  }
}

/** @param last the last record that could be read: what is wrong begins after it */
function unreadable(error: Error, last: InfoRecord | undefined): Error {
  if (!(error instanceof CsvError)) return error;
  const emptyLines = Number(error.empty_lines ?? 0) - (last?.empty_lines ?? 0);
  const line = (last?.lines ?? 0) + 1 + emptyLines;
  const message = 'This is not CSV: a quotation mark is missing, or too many.';
  return new UnreadableCsv([{ line, column: null, message }]);
}

/** @throws UnreadableCsv where the file is not UTF-8 */
async function* decoded(file: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  const decode = (bytes?: Uint8Array): { text: string; isWhole: boolean } => {
    try {
      return { text: bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode(), isWhole: true };
    } catch {
      const [text = ''] = new TextDecoder().decode(bytes).split('\uFFFD', 1);
      return { text, isWhole: false };
    }
  };
  const piece = function* ({ text, isWhole }: ReturnType<typeof decode>) {
    line += text.split('\n').length - 1;
    if (text !== '') yield text;
    if (isWhole) return;
    throw new UnreadableCsv([{ line, column: null, message: 'From here on, the file is not UTF-8.' }]);
  };
  for await (const bytes of file) yield* piece(decode(bytes));
  yield* piece(decode());
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

function toRecord(header: readonly string[], record: readonly string[], { lines }: InfoRecord): CsvRecord {
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

const maxShown = 100;

/** For people: each problem on a line of its own, but no more than can be read. */
export function describeCsvProblems(problems: readonly CsvProblem[]): string {
  const shown = problems
    .toSorted((a, b) => a.line - b.line)
    .slice(0, maxShown)
    .map(({ line, column, message }) => `Line ${line}${column === null ? '' : `, ${column}`}: ${message}`);
  const more = problems.length - shown.length;
  return [...shown, ...(more > 0 ? [`And ${more} more.`] : [])].join('\n');
}
