/** A fragment of SQL: texts, and between them values and other fragments. */
export class Sql {
  constructor(
    /** One more than `parts`. */
    readonly texts: readonly string[],
    readonly parts: readonly unknown[],
  ) {}
}

/** A value that a statement uses several times and that is sent once. It has the same type everywhere. */
export class Parameter {
  constructor(readonly value: unknown) {}
}

export function parameter(value: unknown): Parameter {
  return new Parameter(value);
}

type Value = string | number | bigint | boolean | Date | Uint8Array | null;

/** What stands between the texts of a fragment. */
export type Part = Sql | Parameter | Value | readonly Value[];

/** A fragment of SQL. Interpolated values become parameters, never part of the text. */
export function sql(texts: TemplateStringsArray, ...parts: readonly Part[]): Sql {
  return new Sql(texts, parts);
}

/** A text of the program's own, unchanged. Never use it for input. */
export function raw(text: string): Sql {
  return new Sql([text], []);
}

export const empty = raw('');

/** Fragments with a separator between them. */
export function join(fragments: readonly Sql[], separator: string): Sql {
  if (fragments.length === 0) return empty;
  return new Sql(['', ...Array<string>(fragments.length - 1).fill(separator), ''], fragments);
}

/** A statement as PostgreSQL takes it: a text with `$1` and so on for the values. */
export interface Statement {
  readonly text: string;
  readonly values: unknown[];
}

/** @param nameOf how the text refers to the value of that number, counted from 1 */
export function written(
  statement: Sql,
  nameOf: (number: number) => string = (number) => `$${number}`,
): Statement {
  const values: unknown[] = [];
  const numbers = new Map<Parameter, number>();
  const numberOf = (part: unknown): number => {
    if (!(part instanceof Parameter)) return values.push(part);
    const number = numbers.get(part) ?? values.push(part.value);
    numbers.set(part, number);
    return number;
  };
  const write = ({ texts, parts }: Sql): string => {
    let text = texts[0] ?? '';
    for (const [index, part] of parts.entries()) {
      text += (part instanceof Sql ? write(part) : nameOf(numberOf(part))) + texts[index + 1];
    }
    return text;
  };
  return { text: write(statement), values };
}
