import type { CsvProblem } from '../../values/csv.js';
import type { Sealer } from '../../values/sealing.js';
import type { LineReader } from './line-reader.js';

/** What a file has, how its lines are checked, and how they become rows. */
export interface FileKind {
  readonly name: 'employees' | 'payments';
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** @returns a row of the staging table, by its columns */
  readonly parseLine: (line: LineReader, facts: LineFacts) => object;
  /** Of the staging table, beside `line`. */
  readonly columns: string;
  /** What is done once when all lines are staged. */
  readonly prepare: string;
  /** Whether the line `s` was imported before. */
  readonly isThere: string;
  /** Queries of problems: line, column, message. */
  readonly checks: readonly string[];
  /** Writes lines after $1 up to $2, with `values` from $3 on. */
  readonly insert: string;
  readonly values: (options: ImportOptions) => unknown[];
}

interface LineFacts {
  now: Date;
  today: string;
  vault: Sealer | undefined;
}

export interface ImportOptions {
  /** As whom, and from where. */
  actorId: string;
  ip: string | null;
  now: Date;
  vault: Sealer | undefined;
  /** Whether nothing is to be written. */
  dryRun: boolean;
  /** For another import to end. */
  maxWaitMs: number;
  /** Aborted, nothing is written. */
  signal?: AbortSignal;
  onProblem: (problem: CsvProblem) => void;
  onProgress: (message: string) => void;
}
