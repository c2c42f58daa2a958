/** A piece of SQL: texts, and what stands between them: values, and pieces in turn. */
export class Sql {
  /** One text more than there are parts. The same list each time that the piece is made, where its texts are the same. */
  readonly texts: readonly string[];
  readonly parts: readonly unknown[];

  constructor(texts: readonly string[], parts: readonly unknown[]) {
    this.texts = texts;
    this.parts = parts;
  }
}

/** A value that stands in a statement several times, and is sent once: with the same type wherever it stands. */
export class Parameter {
  constructor(readonly value: unknown) {}
}

export function parameter(value: unknown): Parameter {
  return new Parameter(value);
}

/** Writes a piece of SQL. What stands in braces is a value, which never becomes part of the text, or a piece. */
export function sql(texts: TemplateStringsArray, ...parts: unknown[]): Sql {
  return new Sql(texts, parts);
}

/** A text of the program's own, as it is. To be made once and kept: each is a piece of its own to `PreparedTexts`. */
export function raw(text: string): Sql {
  return new Sql([text], []);
}

export const empty = raw('');

/** Pieces with a text between each and the next. */
export function join(pieces: readonly Sql[], separator: string): Sql {
  return new Sql(separators(pieces.length, separator), pieces);
}

const knownSeparators = new Map<string, Array<readonly string[]>>();

function separators(pieces: number, separator: string): readonly string[] {
  if (pieces === 0) return empty.texts;
  const ofLength = knownSeparators.get(separator) ?? [];
  knownSeparators.set(separator, ofLength);
  ofLength[pieces] ??= ['', ...Array<string>(pieces - 1).fill(separator), ''];
  return ofLength[pieces];
}

/** A statement as PostgreSQL takes it: a text in which `$1` and so on stand for the values. */
export interface Statement<Text> {
  readonly text: Text;
  readonly values: unknown[];
}

/** Where a statement may go on from what has been seen of it: its next piece, or a value. */
class Shape<Text> {
  readonly #pieces = new WeakMap<readonly string[], Shape<Text>>();
  readonly #again: Array<Shape<Text> | undefined> = [];
  #value: Shape<Text> | undefined;
  text: Text | undefined;

  piece({ texts }: Sql): Shape<Text> {
    const known = this.#pieces.get(texts);
    if (known) return known;
    const next = new Shape<Text>();
    this.#pieces.set(texts, next);
    return next;
  }

  value(): Shape<Text> {
    this.#value ??= new Shape();
    return this.#value;
  }

  /** A parameter that has stood before, by its number from 0 on. */
  again(number: number): Shape<Text> {
    const known = this.#again[number] ?? new Shape<Text>();
    this.#again[number] = known;
    return known;
  }
}

/**
 * The texts of statements, each written once. A statement is put together of the same few pieces anew for each request:
 * which these are says what its text is, and costs less to see than to write a text and look that up.
 */
export class PreparedTexts<Text> {
  readonly #first = new Shape<Text>();

  /** @param prepare is given each text once, for what is to be kept with it */
  constructor(readonly prepare: (text: string) => Text) {}

  statementOf(statement: Sql): Statement<Text> {
    const values: unknown[] = [];
    const numbers = new Map<Parameter, number>();
    let shape = this.#first;
    const walk = (piece: Sql) => {
      shape = shape.piece(piece);
      for (const part of piece.parts) {
        if (part instanceof Sql) {
          walk(part);
          continue;
        }
        const number = part instanceof Parameter ? numbers.get(part) : undefined;
        if (number !== undefined) {
          shape = shape.again(number);
          continue;
        }
        if (part instanceof Parameter) numbers.set(part, values.length);
        values.push(part instanceof Parameter ? part.value : part);
        shape = shape.value();
      }
    };
    walk(statement);
    shape.text ??= this.prepare(written(statement).text);
    return { text: shape.text, values };
  }
}

export function written(statement: Sql): Statement<string> {
  const values: unknown[] = [];
  const numbers = new Map<Parameter, number>();
  const numberOf = (part: unknown): number => {
    const known = part instanceof Parameter ? numbers.get(part) : undefined;
    if (known !== undefined) return known;
    const number = values.push(part instanceof Parameter ? part.value : part);
    if (part instanceof Parameter) numbers.set(part, number);
    return number;
  };
  const write = ({ texts, parts }: Sql): string =>
    texts.reduce((text, next, index) => {
      const part = parts[index - 1];
      return text + (part instanceof Sql ? write(part) : `$${numberOf(part)}`) + next;
    });
  return { text: write(statement), values };
}
