/** Sends a statement: `Client.query` of pg, in any of its forms. */
export type SendStatement = (statement: string | { text: string }, ...rest: unknown[]) => unknown;

/** How the pool reports its statements to a tracer. */
export interface StatementTracing {
  /** @returns the same function, which records a span for each statement that is sent for a request */
  traced(send: SendStatement): SendStatement;
  /** @returns the callback, bound to the request that is current now instead of the one that calls it later */
  bound(callback: unknown): unknown;
}
