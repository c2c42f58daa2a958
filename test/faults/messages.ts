/** Cuts one direction of a PostgreSQL connection into its messages: a letter, a length, a body. */
export function messageReader(onMessage: (type: string, body: Buffer) => void, untyped = 0) {
  let buffered: Buffer = Buffer.alloc(0);
  // A client's first message has no letter.
  let untypedLeft = untyped;
  return (chunk: Buffer): void => {
    buffered = Buffer.concat([buffered, chunk]);
    for (;;) {
      const letter = untypedLeft > 0 ? 0 : 1;
      if (buffered.length < letter + 4) return;
      const end = letter + buffered.readUInt32BE(letter);
      if (buffered.length < end) return;
      const type = letter === 0 ? '' : String.fromCharCode(buffered.readUInt8(0));
      const body = buffered.subarray(letter + 4, end);
      buffered = buffered.subarray(end);
      if (letter === 0) untypedLeft -= 1;
      onMessage(type, body);
    }
  };
}

/** Calls back with the text of each statement that a client is about to have executed. */
export function statementReader(onStatement: (text: string) => void) {
  const prepared = new Map<string, string>();
  return messageReader((type, body) => {
    const [first = '', second = ''] = body.toString('latin1').split('\0');
    if (type === 'Q') onStatement(first);
    if (type === 'P') prepared.set(first, second);
    if (type === 'B') onStatement(prepared.get(second) ?? '');
  }, 1);
}
