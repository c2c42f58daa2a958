/** A part of an answer that is JSON already, and is sent as it is. */
export class RawJson {
  constructor(readonly text: string) {}
}
