/** A piece of SQL: texts, and between them values, and pieces in turn. */
export class Sql {
  constructor(
    /** One more than there are parts. */
    readonly texts: readonly string[],
    readonly parts: readonly unknown[],
  ) {}
}

/** A value that is in a statement several times, and is sent once: with the same type wherever it is. */
export class Parameter {
  constructor(readonly value: unknown) {}
}

export function parameter(value: unknown): Parameter {
  return new Parameter(value);
}

/** Writes a piece of SQL. What is in braces is a value, which never becomes part of the text, or a piece. */
export function sql(texts: TemplateStringsArray, ...parts: unknown[]): Sql {
  return new Sql(texts, parts);
}

/** A text of the program's own, as it is. */
export function raw(text: string): Sql {
  return new Sql([text], []);
}

export const empty = raw('');

/** Pieces with a text between each and the next. */
export function join(pieces: readonly Sql[], separator: string): Sql {
  if (pieces.length === 0) return empty;
  return new Sql(['', ...Array<string>(pieces.length - 1).fill(separator), ''], pieces);
}

/** A statement as PostgreSQL takes it: a text in which `$1` and so on are the values. */
export interface Statement {
  readonly text: string;
  readonly values: unknown[];
}

/** @param nameOf how the text names the value of a number, from 1 on */
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
