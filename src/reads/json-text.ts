/** A part of an answer that is JSON already. It stands in the place of what was read, and is asked for nothing but to be sent. */
export class JsonText {
  constructor(readonly text: string) {}
}

/**
 * Writes what JSON.stringify can't: a value with parts that are JSON already. Long ones go straight into the bytes that are
 * sent, since each text that they became part of before would be a copy of them; short ones are sent sooner as a text.
 *
 * @returns JSON, and the end of its line
 */
export function lineOf(value: unknown): Buffer | string {
  const pieces = new Pieces();
  write(pieces, value);
  pieces.append('\n');
  return pieces.joined();
}

const shortCharacters = 2_000;

function write(pieces: Pieces, value: unknown): void {
  if (value instanceof JsonText) {
    pieces.add(value.text);
  } else if (typeof value !== 'object' || value === null || value instanceof Date) {
    pieces.append(JSON.stringify(value));
  } else if (Array.isArray(value)) {
    writeList(pieces, value);
  } else {
    writeObject(pieces, value);
  }
}

function writeList(pieces: Pieces, items: readonly unknown[]): void {
  let before = '[';
  for (const item of items) {
    pieces.append(before);
    write(pieces, item);
    before = ',';
  }
  pieces.append(items.length === 0 ? '[]' : ']');
}

function writeObject(pieces: Pieces, value: object): void {
  let before = '{';
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    pieces.append(`${before}${JSON.stringify(name)}:`);
    write(pieces, member);
    before = ',';
  }
  pieces.append(before === '{' ? '{}' : '}');
}

/** Texts that follow one another. */
class Pieces {
  readonly #whole: string[] = [];
  #last = '';

  /** A short one. */
  append(text: string): void {
    this.#last += text;
  }

  /** One that may be long. */
  add(text: string): void {
    this.#whole.push(this.#last, text);
    this.#last = '';
  }

  joined(): Buffer | string {
    const all = [...this.#whole, this.#last];
    if (all.every(({ length }) => length < shortCharacters)) return all.join('');
    const bytes = Buffer.allocUnsafe(all.reduce((length, text) => length + Buffer.byteLength(text), 0));
    let at = 0;
    for (const text of all) at += bytes.write(text, at);
    return bytes;
  }
}
