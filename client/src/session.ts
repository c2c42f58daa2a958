import { type AnswerError, errorOf, isStipendError } from './errors.js';
import type { Answer } from './http.js';
import { type OnSessionOver, SessionEnd } from './session-end.js';
import { openTabs, type Tabs } from './tabs.js';
import { type Claims, claimsOf, issuedAtMs, type TokenStore, type Tokens } from './tokens.js';

export interface SessionOptions {
  readonly url: string;
  readonly store: TokenStore;
  readonly onSessionOver: OnSessionOver | undefined;
  /** Told what the token says whenever it changes; undefined when nobody is logged in. */
  readonly onClaims: ((claims: Claims | undefined) => void) | undefined;
  /** Trades the tokens for new ones, again while the answer is lost. */
  readonly trade: (tokens: Tokens) => Promise<Answer>;
  /** Reads what `trade` was answered, and what a login was. */
  readonly tokensIn: (data: unknown) => Tokens | undefined;
}

/** Whom one try of a request is sent for. */
export interface Caller {
  readonly headers: Readonly<Record<string, string>>;
  readonly tokens: Tokens | undefined;
}

/** Tokens are renewed this long before they expire, or in the last tenth of their time. */
const maxMarginMs = 60_000;

/** The login that requests are sent with. It holds the tokens, and renews them in time. */
export class Session {
  readonly #options: SessionOptions;
  readonly #tabs: Tabs;
  readonly #end: SessionEnd;
  readonly #loaded: Promise<void>;
  #tokens: Tokens | undefined;
  #claims: Claims | undefined;
  #renewing: Promise<Tokens | undefined> | undefined;
  /** The refresh token of a session that another tab has ended: this tab's store may still have it. */
  #loggedOut: string | undefined;
  #marginMs = 0;
  /** The server's clock less this one, once an answer has told. */
  #clockOffsetMs: number | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#end = new SessionEnd(options.onSessionOver);
    this.#tabs = openTabs(options.url, ({ from, tokens }) => void this.#hear(from, tokens));
    this.#loaded = this.#load();
    // Whoever sends the first request is told.
    this.#loaded.catch(() => {});
  }

  get claims(): Claims | undefined {
    return this.#claims;
  }

  /** @param date of an answer's Date header, which is cut to seconds */
  noteDate(date: number): void {
    this.#clockOffsetMs = date + 500 - Date.now();
  }

  /**
   * Whom to send a request for; tokens are renewed first when it is time.
   *
   * @throws StipendError UNAUTHENTICATED when the session is over
   */
  async caller(): Promise<Caller> {
    await this.#loaded;
    // Another tab may have logged in, and its message be on its way.
    if (this.#tokens === undefined && this.#end.error) await this.#load();
    const tokens = this.#tokens;
    if (tokens === undefined && this.#end.error) throw this.#end.error;
    if (tokens === undefined || !this.#expiresWithin(this.#marginMs, tokens)) return callerOf(tokens);
    try {
      return callerOf(await this.#renew(tokens));
    } catch (error) {
      // What can't be renewed now is good until it expires.
      if (isStipendError(error, 'UNAUTHENTICATED') || this.#expiresWithin(0, tokens)) throw error;
      return callerOf(tokens);
    }
  }

  /**
   * Whether the request is to be sent again: its answer said that nobody is logged in, and somebody is now.
   *
   * @throws StipendError UNAUTHENTICATED when the session is over
   */
  async mended({ status, errors }: Answer, { tokens }: Caller): Promise<boolean> {
    // A cookie that has expired is not sent: the request was anybody's.
    const isRefused = status === 401 || (tokens?.token === '' && errors?.some(isUnauthenticated));
    // Without tokens and without an end, the user has logged out.
    if (!isRefused || tokens === undefined || !(this.#tokens ?? this.#end.error)) return false;
    if (this.#tokens === undefined || this.#tokens === tokens) await this.#renew(tokens);
    // What one user began is not sent for another.
    return this.#tokens?.userId === tokens.userId;
  }

  /** @param data of a login */
  async begin(data: unknown): Promise<void> {
    await this.#loaded;
    const tokens = this.#options.tokensIn(data);
    if (tokens) await this.#keep(tokens);
  }

  /** The user has logged out. */
  async leave(): Promise<void> {
    await this.#keep(undefined);
  }

  async #load(): Promise<void> {
    const tokens = await this.#options.store.load();
    if (tokens && tokens.refreshToken !== this.#loggedOut) this.#take(tokens);
  }

  #expiresWithin(milliseconds: number, { expiresAt }: Tokens): boolean {
    return this.#untilMs(expiresAt) <= milliseconds;
  }

  #untilMs(instant: string): number {
    return Date.parse(instant) - Date.now() - (this.#clockOffsetMs ?? 0);
  }

  /** Once for all requests that wait. */
  async #renew(tokens: Tokens): Promise<Tokens> {
    if (this.#tokens) {
      this.#renewing ??= this.#tabs
        .exclusively(() => this.#renewAlone(tokens))
        .finally(() => {
          this.#renewing = undefined;
        });
      const renewed = await this.#renewing;
      if (renewed) return renewed;
    }
    const again = this.#end.end(undefined);
    const { error } = this.#end;
    if ((await again) && this.#tokens?.userId === tokens.userId) return this.#tokens;
    throw error;
  }

  /** @returns undefined when the session is over */
  async #renewAlone(tokens: Tokens): Promise<Tokens | undefined> {
    const stored = await this.#options.store.load();
    if (stored?.refreshToken !== this.#tokens?.refreshToken) this.#take(stored);
    if (this.#tokens?.refreshToken !== tokens.refreshToken) {
      if (this.#tokens === undefined) void this.#end.end('LOGGED_OUT');
      return this.#tokens;
    }
    const { data, errors = [] } = await this.#options.trade(tokens);
    const renewed = this.#options.tokensIn(data);
    if (renewed) {
      await this.#keep(renewed);
      return renewed;
    }
    const error = errorOf(errors, data);
    if (!isStipendError(error, 'UNAUTHENTICATED')) throw error;
    await this.#keep(undefined);
    void this.#end.end(error.extensions.reason);
    return undefined;
  }

  /** What another tab has done. */
  async #hear(from: string | undefined, tokens: Tokens | undefined): Promise<void> {
    if (this.#tokens === undefined) return this.#load();
    if (this.#tokens.refreshToken !== from) return;
    this.#take(tokens);
    if (tokens) return this.#options.store.save(tokens);
    // A store that tabs share is cleared, or has the next login by now: it is not for this tab to write.
    this.#loggedOut = from;
    void this.#end.end('LOGGED_OUT');
  }

  /** Stores first: a refresh token that is lost is a login that is lost. */
  async #keep(tokens: Tokens | undefined): Promise<void> {
    const from = this.#tokens?.refreshToken;
    await this.#options.store.save(tokens);
    const issuedAt = tokens && issuedAtMs(tokens);
    // Pages of another origin may not be shown the Date header.
    if (issuedAt !== undefined) this.#clockOffsetMs ??= issuedAt - Date.now();
    this.#take(tokens);
    // Only tabs that have had the session are given its tokens; others look into the store.
    this.#tabs.tell({ from, tokens: from === undefined ? undefined : tokens });
  }

  #take(tokens: Tokens | undefined): void {
    this.#tokens = tokens;
    this.#claims = tokens && claimsOf(tokens);
    if (tokens) {
      this.#marginMs = Math.min(maxMarginMs, this.#untilMs(tokens.expiresAt) / 10);
      this.#end.begin();
    }
    this.#options.onClaims?.(this.#claims);
  }
}

function callerOf(tokens: Tokens | undefined): Caller {
  return { headers: tokens?.token ? { authorization: `Bearer ${tokens.token}` } : {}, tokens };
}

function isUnauthenticated(error: AnswerError): boolean {
  return error.extensions?.code === 'UNAUTHENTICATED';
}
