import { errorOf, isStipendError } from './errors.js';
import type { Answer, GraphQLRequest } from './http.js';
import { ownDocuments } from './own-documents.js';
import type { Caller, Session } from './session.js';
import { type OnSessionOver, SessionEnd } from './session-end.js';
import { openTabs, type Tabs } from './tabs.js';
import {
  type Claims,
  claimsOf,
  issuedAtMs,
  recordOf,
  type TokenStore,
  type Tokens,
  tokensIn,
} from './tokens.js';

export interface TokenSessionOptions {
  readonly url: string;
  readonly store: TokenStore;
  readonly onSessionOver: OnSessionOver | undefined;
  /** Told what the token says whenever it changes; undefined when nobody is logged in. */
  readonly onClaims: ((claims: Claims | undefined) => void) | undefined;
  /** Sends without a token, and again while the answer is lost. */
  readonly send: (request: GraphQLRequest) => Promise<Answer>;
}

/** Tokens are renewed this long before they expire, or in the last tenth of their time. */
const maxMarginMs = 60_000;

/** Holds the tokens of a login, and renews them in time. */
export class TokenSession implements Session {
  readonly #options: TokenSessionOptions;
  readonly #tabs: Tabs;
  readonly #end: SessionEnd;
  readonly #loaded: Promise<void>;
  #tokens: Tokens | undefined;
  #claims: Claims | undefined;
  #renewing: Promise<Tokens | undefined> | undefined;
  /** The server's clock less this one, once an answer has told. */
  #clockOffsetMs: number | undefined;

  constructor(options: TokenSessionOptions) {
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

  async caller(): Promise<Caller> {
    await this.#loaded;
    const tokens = this.#tokens;
    if (tokens === undefined && this.#end.error) throw this.#end.error;
    if (tokens === undefined || !this.#expiresWithin(this.#marginMs(tokens), tokens)) return callerOf(tokens);
    try {
      return callerOf(await this.#renew(tokens, tokens.userId));
    } catch (error) {
      // What can't be renewed now is good until it expires.
      if (isStipendError(error, 'UNAUTHENTICATED') || this.#expiresWithin(0, tokens)) throw error;
      return callerOf(tokens);
    }
  }

  async mended({ status }: Answer, { headers, userId }: Caller): Promise<boolean> {
    if (status !== 401 || userId === undefined) return false;
    const tokens = this.#tokens;
    // The user has logged out.
    if (tokens === undefined && !this.#end.error) return false;
    if (tokens === undefined || headers.authorization === callerOf(tokens).headers.authorization) {
      await this.#renew(tokens, userId);
    }
    // What one user began is not sent for another.
    return this.#tokens?.userId === userId;
  }

  async begin(payload: unknown): Promise<void> {
    await this.#loaded;
    const tokens = tokensIn(payload);
    if (tokens) await this.#keep(tokens);
  }

  async leave(): Promise<void> {
    await this.#keep(undefined);
  }

  async #load(): Promise<void> {
    const tokens = await this.#options.store.load();
    if (tokens) this.#take(tokens);
  }

  #marginMs(tokens: Tokens): number {
    const expiresAt = Date.parse(tokens.expiresAt);
    return Math.min(maxMarginMs, (expiresAt - (issuedAtMs(tokens) ?? -Infinity)) / 10);
  }

  #expiresWithin(milliseconds: number, { expiresAt }: Tokens): boolean {
    return Date.now() + (this.#clockOffsetMs ?? 0) >= Date.parse(expiresAt) - milliseconds;
  }

  /**
   * Once for all requests that wait.
   *
   * @param userId whose request it is
   */
  async #renew(tokens: Tokens | undefined, userId: string): Promise<Tokens> {
    if (tokens) {
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
    if ((await again) && this.#tokens?.userId === userId) return this.#tokens;
    throw error;
  }

  /** @returns undefined when the session is over */
  async #renewAlone({ refreshToken }: Tokens): Promise<Tokens | undefined> {
    const stored = await this.#options.store.load();
    if (stored?.refreshToken !== refreshToken) this.#take(stored);
    if (this.#tokens?.refreshToken !== refreshToken) {
      if (this.#tokens === undefined) void this.#end.end('LOGGED_OUT');
      return this.#tokens;
    }
    const answer = await this.#options.send({
      query: ownDocuments.refreshSession,
      variables: { refreshToken },
    });
    const renewed = tokensIn(recordOf(answer.data).refreshSession);
    if (renewed) {
      await this.#keep(renewed);
      return renewed;
    }
    const error = errorOf(answer.errors ?? [], answer.data);
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
    if (tokens === undefined) void this.#end.end('LOGGED_OUT');
    await this.#options.store.save(tokens);
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
    if (tokens) this.#end.begin();
    this.#options.onClaims?.(this.#claims);
  }
}

function callerOf(tokens: Tokens | undefined): Caller {
  return {
    headers: tokens ? { authorization: `Bearer ${tokens.token}` } : {},
    userId: tokens?.userId,
  };
}
