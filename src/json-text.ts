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
  } else if (Array.isArray(value)) {
    writeAll(pieces, '[]', value, write);
  } else if (typeof value !== 'object' || value === null || value instanceof Date) {
    pieces.append(JSON.stringify(value));
  } else {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    writeAll(pieces, '{}', members, (_, [name, member]) => {
      pieces.append(`${JSON.stringify(name)}:`);
      write(pieces, member);
    });
  }
}

function writeAll<Item>(
  pieces: Pieces,
  [open = '', close = '']: string,
  items: readonly Item[],
  writeOne: (pieces: Pieces, item: Item) => void,
): void {
  pieces.append(open);
  for (const [index, item] of items.entries()) {
    if (index > 0) pieces.append(',');
    writeOne(pieces, item);
  }
  pieces.append(close);
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
