/** An answer that is an error on purpose. */
export class Refusal extends Error {
  constructor(code, message, status = 200) {
    super(message);
    this.code = code;
    this.status = status;
  }
}
