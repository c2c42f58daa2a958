import type { RetryOptions } from './http.js';
import type { PendingMutation, PendingStore } from './keys.js';
import type { OnSessionOver } from './session-end.js';
import type { Claims, TokenStore } from './tokens.js';

export interface ClientOptions {
  /** Of the API: `https://payroll.example.com/graphql`, or `/graphql` in a page of the same origin. */
  readonly url: string;
  /**
   * `token`, the default: the client holds the tokens of a login and renews them. `cookie`: the server holds the session
   * in a cookie, and no token comes to JavaScript.
   */
  readonly session?: 'token' | 'cookie';
  /** Where tokens are kept; in memory by default. */
  readonly store?: TokenStore;
  /** Where payments stand that are not answered yet. Without it, a reload forgets them. */
  readonly pending?: PendingStore;
  readonly onSessionOver?: OnSessionOver;
  /** Told what the token says whenever it changes; undefined when nobody is logged in. */
  readonly onClaims?: (claims: Claims | undefined) => void;
  readonly retry?: RetryOptions;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly fetch?: typeof fetch;
}

export interface OperationOptions {
  readonly signal?: AbortSignal | undefined;
  /** In place of the one in `retry`, for what takes the server long: a step of a pay run, an import. */
  readonly timeoutSeconds?: number | undefined;
  /** For a mutation that takes a key and whose variables have none; made at random by default. */
  readonly idempotencyKey?: string;
  /**
   * Given a mutation and its idempotency key before it is first sent, which waits for it. Store both, and a reload can send
   * it again: the key makes it the same payment.
   */
  readonly onKey?: (key: string, mutation: PendingMutation) => void | Promise<void>;
}

/** Variables may be left out where all of them may. */
export type OperationArguments<V> =
  Record<never, never> extends V
    ? [variables?: V, options?: OperationOptions]
    : [variables: V, options?: OperationOptions];

/** A mutation of `pending` and what became of it. */
export type Resumed = PendingMutation & { readonly outcome: PromiseSettledResult<unknown> };
