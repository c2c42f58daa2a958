/** A login's tokens, as `login` and `refreshSession` give them. Plain JSON. */
export interface Tokens {
  readonly token: string;
  readonly expiresAt: string;
  readonly refreshToken: string;
  /** Whose tokens they are. */
  readonly userId: string;
}

/** Where the tokens are kept. A store that all tabs see makes them share one login. */
export interface TokenStore {
  load(): Tokens | undefined | Promise<Tokens | undefined>;
  /** Called with undefined when the session has ended. */
  save(tokens: Tokens | undefined): void | Promise<void>;
}

/** What the access token says of its user, for what a user interface shows or hides. The server decides by the session. */
export interface Claims {
  readonly sub: string;
  readonly username: string;
  readonly admin: boolean;
  /** Seconds since 1970, by the server's clock. */
  readonly exp: number;
}

/** Forgets the tokens when the page or the process ends. */
export function memoryStore(): TokenStore {
  let kept: Tokens | undefined;
  return {
    load: () => kept,
    save: (tokens) => {
      kept = tokens;
    },
  };
}

/** @returns undefined for a token that clients can't read: an encrypted one */
export function claimsOf(tokens: Tokens): Claims | undefined {
  const { sub, username, admin, exp } = payloadOf(tokens.token);
  return typeof sub === 'string' &&
    typeof username === 'string' &&
    typeof admin === 'boolean' &&
    typeof exp === 'number'
    ? { sub, username, admin, exp }
    : undefined;
}

/** When the token was issued, by the server's clock, in milliseconds. */
export function issuedAtMs({ token }: Tokens): number | undefined {
  const { iat } = payloadOf(token);
  return typeof iat === 'number' ? iat * 1000 : undefined;
}

function payloadOf(token: string): Readonly<Record<string, unknown>> {
  try {
    const base64 = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    return recordOf(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return {};
  }
}

/** What stands for the tokens of a cookie, which JavaScript can't see. */
function cookieTokens(expiresAt: string): Tokens {
  return { token: '', expiresAt, refreshToken: expiresAt, userId: '' };
}

/** The cookie is the store. There may be one, until the server says otherwise, and again when another tab has logged in. */
export function cookieStore(): TokenStore {
  const unknown = cookieTokens('9999-12-31T00:00:00Z');
  let kept = unknown;
  return {
    load: () => kept,
    save: (tokens = unknown) => {
      kept = tokens;
    },
  };
}

/** @param data of one of the console's requests */
export function cookieTokensIn(data: unknown): Tokens | undefined {
  const { expiresAt } = recordOf(data);
  return typeof expiresAt === 'string' ? cookieTokens(expiresAt) : undefined;
}

/** @param data of `login`, `refreshSession` or `changePassword` */
export function tokensIn(data: unknown): Tokens | undefined {
  const { token, expiresAt, refreshToken, user } = recordOf(Object.values(recordOf(data))[0]);
  const { id } = recordOf(user);
  return typeof token === 'string' &&
    typeof expiresAt === 'string' &&
    typeof refreshToken === 'string' &&
    typeof id === 'string'
    ? { token, expiresAt, refreshToken, userId: id }
    : undefined;
}

export function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
