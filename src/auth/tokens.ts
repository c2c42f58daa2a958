import { createHash, createSecretKey, type KeyObject } from 'node:crypto';
import jwt from 'jsonwebtoken';
import type { Secret } from '../config.js';

/** What an access token says (RFC 9068 section 2.2, and two claims for user interfaces). */
export interface AccessTokenClaims {
  iss: string;
  aud: string;
  /** The user's id. */
  sub: string;
  /** Seconds since 1970, as all times of a token. */
  iat: number;
  nbf: number;
  exp: number;
  jti: string;
  /** The session that decides what the token may do. */
  sid: string;
  username: string;
  /** What a user interface shows or hides. The server does not look at it. */
  admin: boolean;
}

export interface SigningKey {
  kid: string;
  alg: 'HS256';
  key: KeyObject;
}

export interface TokenOptions {
  key: SigningKey;
  issuer: string;
  audience: string;
  /** The longest that a token may be valid, from `iat` to `exp`. */
  maxAgeSeconds: number;
}

/** RFC 9068 section 2.1: marks an access token, so that no other kind of JWT can stand in for one. */
const tokenType = 'at+jwt';

/** Other processes' clocks may be ahead by so much. */
const clockToleranceSeconds = 5;

const longestToken = 4096;

/** The key of JWT_SECRET. Its id is a hash with a label of its own, which tells nothing of the secret. */
export function secretKey(secret: Secret): SigningKey {
  const kid = createHash('sha256')
    .update('stipend kid\0')
    .update(secret.reveal())
    .digest('base64url')
    .slice(0, 16);
  return { kid, alg: 'HS256', key: createSecretKey(Buffer.from(secret.reveal(), 'utf8')) };
}

/** Signs as JWS in compact form (RFC 7515 section 7.1). */
export function signAccessToken(
  options: TokenOptions,
  claims: Omit<AccessTokenClaims, 'iss' | 'aud'>,
): string {
  const { key, issuer, audience } = options;
  return jwt.sign({ iss: issuer, aud: audience, ...claims }, key.key, {
    algorithm: key.alg,
    keyid: key.kid,
    header: { alg: key.alg, typ: tokenType },
  });
}

/**
 * Checks everything that a token alone can show. Whether its session lives is for the session to say.
 *
 * @returns the claims, or undefined for whatever is not a token that this server would issue
 */
export function verifyAccessToken(
  options: TokenOptions,
  token: string,
  now: Date,
): AccessTokenClaims | undefined {
  if (token.length > longestToken || !isAcceptableHeader(options.key, token)) return undefined;
  const nowSeconds = Math.floor(now.getTime() / 1000);
  const claims = verifySignature(options, token, nowSeconds);
  if (!isClaims(claims)) return undefined;
  // jsonwebtoken takes an `aud` that is a list with ours in it, no limit on the lifetime, and an `iat` in the future.
  if (claims.aud !== options.audience || claims.iss !== options.issuer) return undefined;
  if (claims.exp - claims.iat > options.maxAgeSeconds) return undefined;
  if (claims.iat > nowSeconds + clockToleranceSeconds || claims.nbf > nowSeconds + clockToleranceSeconds)
    return undefined;
  if (claims.exp <= nowSeconds) return undefined;
  return claims;
}

function verifySignature(
  { key, issuer, audience }: TokenOptions,
  token: string,
  nowSeconds: number,
): unknown {
  try {
    return jwt.verify(token, key.key, {
      algorithms: [key.alg],
      issuer,
      audience,
      clockTimestamp: nowSeconds,
      clockTolerance: clockToleranceSeconds,
      complete: false,
      ignoreExpiration: false,
      ignoreNotBefore: false,
    });
  } catch {
    return undefined;
  }
}

const headerMembers = new Set(['alg', 'kid', 'typ']);

/**
 * The header, before any key is used: three parts in canonical base64url, exactly the members that we write, the type
 * of an access token, and the algorithm that is pinned to the key. So there is no `crit` (RFC 7515 section 4.1.11), no
 * embedded `jwk`, no `jku` and no `x5u` to be taken in by (RFC 8725 section 3.10).
 */
function isAcceptableHeader(key: SigningKey, token: string): boolean {
  const parts = token.split('.');
  if (parts.length !== 3 || !parts.every(isCanonicalBase64Url)) return false;
  const header = parseObject(Buffer.from(parts[0] ?? '', 'base64url').toString('utf8'));
  if (!header || !Object.keys(header).every((member) => headerMembers.has(member))) return false;
  return header.alg === key.alg && header.typ === tokenType && header.kid === key.kid;
}

/** Node's decoder skips what is not base64url and ignores stray bits; a token that has either was not made by us. */
function isCanonicalBase64Url(part: string): boolean {
  return part !== '' && Buffer.from(part, 'base64url').toString('base64url') === part;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

const textClaims = ['iss', 'aud', 'sub', 'jti', 'sid', 'username'];
const timeClaims = ['iat', 'nbf', 'exp'];

function isClaims(value: unknown): value is AccessTokenClaims {
  if (typeof value !== 'object' || value === null) return false;
  const claims = new Map<string, unknown>(Object.entries(value));
  return (
    textClaims.every((name) => typeof claims.get(name) === 'string' && claims.get(name) !== '') &&
    timeClaims.every((name) => Number.isSafeInteger(claims.get(name))) &&
    typeof claims.get('admin') === 'boolean'
  );
}
