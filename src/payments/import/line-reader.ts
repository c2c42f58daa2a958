import { AppError } from '../../values/app-error.js';
import type { CsvProblem } from '../../values/csv.js';

/** Reads the fields of a line, and keeps what is wrong with each. */
export class LineReader {
  readonly problems: CsvProblem[] = [];

  constructor(
    readonly line: number,
    readonly fields: Readonly<Record<string, string>>,
  ) {}

  /** @returns undefined where the field is empty, or wrong */
  optional<Value>(column: string, parse: (text: string, column: string) => Value): Value | undefined {
    const text = this.fields[column];
    if (text === undefined) return undefined;
    return this.attempt(column, () => parse(text, column));
  }

  required<Value>(column: string, parse: (text: string, column: string) => Value): Value | undefined {
    if (this.fields[column] === undefined) this.report(column, `"${column}" is empty.`);
    return this.optional(column, parse);
  }

  report(column: string | null, message: string): void {
    this.problems.push({ line: this.line, column, message });
  }

  attempt<Value>(column: string, work: () => Value): Value | undefined {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.report(column, error.publicMessage);
      return undefined;
    }
  }
}
