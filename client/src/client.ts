import { type Done, doneOf, isFinal, resultOf } from './answers.js';
import { readOperation, type TypedDocument, type Variables } from './documents.js';
import { type Answer, type GraphQLRequest, type RetryOptions, send, type Transport } from './http.js';
import { type PendingMutation, type PendingStore, withKeys } from './keys.js';
import { type LoggedIn, loggedIn, ownDocuments } from './own-documents.js';
import { cookieSession, type Session } from './session.js';
import type { OnSessionOver } from './session-end.js';
import { TokenSession } from './token-session.js';
import { type Claims, memoryStore, recordOf, type TokenStore } from './tokens.js';

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

/** The header that a page of another origin can't send without being asked about it. */
const cookieHeaders = { 'x-stipend-console': '1' };
/** How often one request is sent again with another login. */
const maxLogins = 2;
const defaultRetry = { firstDelayMs: 200, maxSeconds: 60, maxTries: 20, timeoutSeconds: 30 };

/** Sends operations to a Stipend server: with a login that renews itself, and payments that are made exactly once. */
export class StipendClient {
  readonly #transport: Transport;
  readonly #session: Session;
  readonly #pending: PendingStore | undefined;
  readonly #usesCookie: boolean;

  constructor(options: ClientOptions) {
    const { url, store = memoryStore(), onSessionOver, onClaims } = options;
    this.#usesCookie = options.session === 'cookie';
    this.#pending = options.pending;
    const transport: Transport = {
      url,
      // Called on its own, as browsers demand.
      fetch: options.fetch ?? ((input, init) => fetch(input, init)),
      credentials: this.#usesCookie ? 'same-origin' : 'omit',
      headers: { ...(this.#usesCookie && cookieHeaders), ...options.headers },
      retry: { ...defaultRetry, ...options.retry },
      onDate: (date) => {
        if (session instanceof TokenSession) session.noteDate(date);
      },
    };
    const session = this.#usesCookie
      ? cookieSession(onSessionOver)
      : new TokenSession({
          url,
          store,
          onSessionOver,
          onClaims,
          send: (request) => send(transport, request, { repeatable: true }),
        });
    this.#transport = transport;
    this.#session = session;
  }

  /** What the access token says of its user. The server decides by the session, whatever stands here. */
  get claims(): Claims | undefined {
    return this.#session.claims;
  }

  /**
   * @returns the operation's data
   * @throws StipendError for an answer with errors, and when there is none
   */
  async query<Result, V = Variables>(
    document: TypedDocument<Result, V>,
    ...[variables, options]: OperationArguments<V>
  ): Promise<Result> {
    return resultOf(await this.#run(document, variables, options));
  }

  /**
   * Like `query`. A mutation that takes an idempotency key gets one, and is sent until the server has said what became
   * of it, or until the retries are used up.
   *
   * @throws StipendError for an answer with errors, and when there is none
   */
  async mutate<Result, V = Variables>(
    document: TypedDocument<Result, V>,
    ...[variables, options]: OperationArguments<V>
  ): Promise<Done<Result>> {
    return doneOf(await this.#run(document, variables, options));
  }

  /** @throws StipendError UNAUTHENTICATED on a wrong name or password */
  async login(username: string, password: string): Promise<LoggedIn> {
    const query = ownDocuments[this.#usesCookie ? 'cookieLogin' : 'login'];
    const data = doneOf(await this.execute({ query, variables: { username, password } }));
    return this.#begin(recordOf(data).login);
  }

  /** Ends all sessions of the user and begins a new one, with the new password. */
  async changePassword(currentPassword: string, newPassword: string): Promise<LoggedIn> {
    const query = ownDocuments[this.#usesCookie ? 'cookieChangePassword' : 'changePassword'];
    const data = doneOf(await this.execute({ query, variables: { currentPassword, newPassword } }));
    return this.#begin(recordOf(data).changePassword);
  }

  /** Ends this session, or all of the user's. The tokens are forgotten even when the server gives no answer. */
  async logout(scope: 'THIS_SESSION' | 'ALL_SESSIONS' = 'THIS_SESSION'): Promise<void> {
    try {
      doneOf(await this.execute({ query: ownDocuments.logout, variables: { scope } }));
    } finally {
      await this.#session.leave();
    }
  }

  /**
   * Sends the mutations again that `pending` still has: those of a page that was left before they were answered.
   *
   * @returns what became of each
   */
  async resume(): Promise<Resumed[]> {
    const mutations = (await this.#pending?.list()) ?? [];
    return Promise.all(
      mutations.map(async ({ key, document, variables }) => {
        const done = this.#run(document, variables, { idempotencyKey: key }).then(doneOf);
        const [outcome] = await Promise.allSettled([done]);
        return { key, document, variables, outcome };
      }),
    );
  }

  /**
   * Sends a request as it stands, with the session, the keys and the retries of all others. For adapters.
   *
   * @returns the answer, which may have errors
   * @throws StipendError NO_ANSWER when there is none, UNAUTHENTICATED when the session is over
   */
  async execute(request: GraphQLRequest, options: OperationOptions = {}): Promise<Answer> {
    const operation = readOperation(request.query);
    const { variables, key, header, repeatable } = withKeys(
      operation,
      { ...request.variables },
      options.idempotencyKey,
    );
    if (key !== undefined) {
      const mutation: PendingMutation = { key, document: request.query, variables };
      await this.#pending?.add(mutation);
      await options.onKey?.(key, mutation);
    }
    const isLogin = operation.fields?.every(({ name }) => name === 'login' || name === 'refreshSession');
    const answer = await this.#sendAs(isLogin ? undefined : this.#session, (headers) =>
      send(
        this.#transport,
        { ...request, variables },
        {
          headers: { ...headers, ...(header !== undefined && { 'idempotency-key': header }) },
          repeatable,
          signal: options.signal,
        },
      ),
    );
    if (key !== undefined && isFinal(answer)) await this.#pending?.remove(key);
    return answer;
  }

  /** @param session undefined for what needs no login */
  async #sendAs(
    session: Session | undefined,
    sendWith: (headers: Readonly<Record<string, string>>) => Promise<Answer>,
  ): Promise<Answer> {
    if (session === undefined) return sendWith({});
    for (let logins = 1; ; logins++) {
      const caller = await session.caller();
      const answer = await sendWith(caller.headers);
      if (logins > maxLogins || !(await session.mended(answer, caller))) return answer;
    }
  }

  #run(
    document: { toString(): string },
    variables: unknown,
    options: OperationOptions | undefined,
  ): Promise<Answer> {
    return this.execute({ query: document.toString(), variables: recordOf(variables) }, options);
  }

  async #begin(payload: unknown): Promise<LoggedIn> {
    await this.#session.begin(payload);
    return loggedIn(payload);
  }
}
