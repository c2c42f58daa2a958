import { Readable } from 'node:stream';
import { CsvError, type Info, parse } from 'csv-parse';
import type { Problem } from './problems.js';

/** A record of a file: the fields by the names of their columns. */
export interface CsvRecord {
  line: number;
  /** The fields that are not empty, trimmed. */
  fields: Readonly<Record<string, string>>;
}

/** The file can't be read on from here. */
export class CsvProblem extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
  }
}

const maxRecordCharacters = 20_000;

/**
 * Reads CSV (RFC 4180): UTF-8 with and without a mark, commas or semicolons, CRLF or LF, quotes.
 *
 * @param required columns that the file must have
 * @param optional columns that it may have; there are no others
 * @throws CsvProblem
 */
export async function* readCsv(
  file: AsyncIterable<Uint8Array>,
  required: readonly string[],
  optional: readonly string[],
): AsyncGenerator<CsvRecord> {
  const text = decoded(file);
  const { value: first } = await text.next();
  const source = Readable.from(rejoined(first ?? '', text));
  const parser = parse({
    delimiter: delimiterOf(first ?? ''),
    columns: (header: string[]) => columnsOf(header, required, optional),
    info: true,
    trim: true,
    skip_empty_lines: true,
    relax_column_count: true,
    max_record_size: maxRecordCharacters,
  });
  source.on('error', (error) => parser.destroy(error));
  try {
    for await (const { record, info } of source.pipe(parser)) yield toRecord(record, info);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error.lines === 'number' ? error.lines : 1;
    throw new CsvProblem({ line, column: null, message: `This is no CSV: ${error.message}.` });
  }
}

/** @throws CsvProblem where the file is not UTF-8 */
async function* decoded(file: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  const decode = (bytes?: Uint8Array): string => {
    try {
      return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
    } catch {
      throw new CsvProblem({ line, column: null, message: 'From here on, the file is not UTF-8.' });
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

/** Spreadsheets of many countries write semicolons. */
function delimiterOf(text: string): string {
  const [header = ''] = text.split(/\r?\n/, 1);
  return header.includes(';') ? ';' : ',';
}

function columnsOf(header: string[], required: readonly string[], optional: readonly string[]): string[] {
  const names = header.map((name) => name.toLowerCase());
  const missing = required.filter((name) => !names.includes(name));
  const known = [...required, ...optional];
  const unknown = names.filter((name) => !known.includes(name));
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  const faults = [
    ...missing.map((name) => `The column ${name} is missing.`),
    ...unknown.map((name) => `There is no column ${JSON.stringify(name)}.`),
    ...twice.map((name) => `The column ${name} is there twice.`),
  ];
  if (faults.length > 0) throw new CsvProblem({ line: 1, column: null, message: faults.join(' ') });
  return names;
}

function toRecord(record: Record<string, string | undefined>, { lines }: Info): CsvRecord {
  const fields: Record<string, string> = {};
  let breaks = 0;
  for (const [name, value] of Object.entries(record)) {
    if (value === undefined || value === '') continue;
    fields[name] = value;
    breaks += value.split('\n').length - 1;
  }
  return { line: lines - breaks, fields };
}
