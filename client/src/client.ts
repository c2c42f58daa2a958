import { type Done, doneOf, isFinal, resultOf } from './answers.js';
import { readOperation, type TypedDocument, type Variables } from './documents.js';
import { type Answer, type GraphQLRequest, send, type Transport } from './http.js';
import { type PendingMutation, type PendingStore, withKeys } from './keys.js';
import type { ClientOptions, OperationArguments, OperationOptions, Resumed } from './options.js';
import { type LoggedIn, loggedIn, ownDocuments } from './own-documents.js';
import { Session } from './session.js';
import { type Claims, cookieStore, cookieTokensIn, memoryStore, recordOf, tokensIn } from './tokens.js';

/** The header that a page of another origin can't send without being asked about it. */
const cookieHeaders = { 'stipend-console': '1' };
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
      onDate: (date) => session.noteDate(date),
    };
    const session = new Session({
      url,
      store: this.#usesCookie ? cookieStore() : store,
      onSessionOver,
      onClaims,
      tokensIn: this.#usesCookie ? cookieTokensIn : tokensIn,
      trade: ({ refreshToken }) =>
        this.#usesCookie
          ? this.#console('/refresh', {}, true)
          : send(
              transport,
              { query: ownDocuments.refreshSession, variables: { refreshToken } },
              { repeatable: true },
            ),
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
    return this.#begin('login', '', { username, password });
  }

  /** Ends all sessions of the user and begins a new one, with the new password. */
  async changePassword(currentPassword: string, newPassword: string): Promise<LoggedIn> {
    return this.#begin('changePassword', '/password', { currentPassword, newPassword });
  }

  /** Ends this session, or all of the user's. The tokens are forgotten even when the server gives no answer. */
  async logout(scope: 'THIS_SESSION' | 'ALL_SESSIONS' = 'THIS_SESSION'): Promise<void> {
    try {
      if (this.#usesCookie && scope === 'THIS_SESSION') doneOf(await this.#console('/end', {}, true));
      else doneOf(await this.execute({ query: ownDocuments.logout, variables: { scope } }));
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
          timeoutSeconds: options.timeoutSeconds,
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

  async #begin(
    name: 'login' | 'changePassword',
    path: string,
    variables: Readonly<Record<string, string>>,
  ): Promise<LoggedIn> {
    const data = doneOf(
      this.#usesCookie
        ? await this.#console(path, variables, false)
        : await this.execute({ query: ownDocuments[name], variables }),
    );
    await this.#session.begin(data);
    const user = this.#usesCookie ? await this.query(ownDocuments.me) : recordOf(data)[name];
    const { me, user: own } = recordOf(user);
    return loggedIn(me ?? own);
  }

  /** The requests that set the cookies. */
  #console(path: string, body: object, repeatable: boolean): Promise<Answer> {
    return send(this.#transport, body, { path: `console/session${path}`, repeatable });
  }
}
