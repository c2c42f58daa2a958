import { CompactEncrypt, compactDecrypt } from 'jose';
import jwt from 'jsonwebtoken';
import { isId } from '../../values/ids.js';
import type { RingKey } from '../keys/jwk.js';
import type { KeyRing } from '../keys/key-ring.js';
import type { LiveKeyRing } from '../keys/live-key-ring.js';
import { isAcceptableHeader, isCanonicalBase64Url, readKeyId } from './token-header.js';

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

export interface TokenOptions {
  issuer: string;
  audience: string;
  /** The longest that a token may be valid, from `iat` to `exp`. */
  maxAgeSeconds: number;
  /** Set, tokens are encrypted, and none that is not is accepted. 32 bytes. */
  encryptionKey: Uint8Array | undefined;
}

/** RFC 9068 section 2.1: marks an access token, so that no other kind of JWT can stand in for one. */
export const tokenType = 'at+jwt';

/** Other processes' clocks may be ahead by so much. */
const clockToleranceSeconds = 5;

const longestToken = 4096;

/**
 * Signs as JWS in compact form (RFC 7515 section 7.1), and, with an encryption key, wraps that in a JWE of five parts
 * (RFC 7516 section 7.1).
 */
export async function signAccessToken(
  options: TokenOptions,
  ring: KeyRing,
  claims: Omit<AccessTokenClaims, 'iss' | 'aud'>,
): Promise<string> {
  const { kid, alg, signWith } = ring.signing;
  const { issuer, audience, encryptionKey } = options;
  const signed = jwt.sign({ iss: issuer, aud: audience, ...claims }, signWith, {
    algorithm: alg,
    keyid: kid,
    header: { alg, typ: tokenType },
  });
  return encryptionKey ? encrypt(encryptionKey, signed) : signed;
}

/** `dir` uses the key itself: there is no second key to wrap, and no second algorithm to be confused with. */
function encrypt(key: Uint8Array, signed: string): Promise<string> {
  return new CompactEncrypt(new TextEncoder().encode(signed))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', cty: 'JWT' })
    .encrypt(key);
}

/**
 * Checks everything that a token alone can show. Whether its session lives is for the session to say.
 *
 * @returns the claims, or undefined for whatever is not a token that this server would issue
 */
export async function verifyAccessToken(
  options: TokenOptions,
  keys: Pick<LiveKeyRing, 'find'>,
  token: string,
  now: Date,
): Promise<AccessTokenClaims | undefined> {
  if (token.length > longestToken) return undefined;
  const signed = options.encryptionKey ? await decrypt(options.encryptionKey, token) : token;
  if (signed === undefined) return undefined;
  const kid = readKeyId(signed);
  const key = kid === undefined ? undefined : await keys.find(kid);
  if (!key || !isAcceptableHeader(signed, { kid: key.kid, alg: key.alg, typ: tokenType })) return undefined;
  const claims = verifySignature(options, key, signed, secondsOf(now));
  return isClaims(claims) && isAcceptable(options, claims, now) ? claims : undefined;
}

async function decrypt(key: Uint8Array, token: string): Promise<string | undefined> {
  // jose reads several texts as the same bytes; of those, one is what we write.
  if (token.split('.').some((part) => !isCanonicalBase64Url(part))) return undefined;
  try {
    const { plaintext } = await compactDecrypt(token, key, {
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
    });
    return new TextDecoder().decode(plaintext);
  } catch {
    return undefined;
  }
}

function verifySignature(options: TokenOptions, key: RingKey, signed: string, nowSeconds: number): unknown {
  try {
    return jwt.verify(signed, key.verifyWith, {
      algorithms: [key.alg],
      issuer: options.issuer,
      audience: options.audience,
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

/**
 * Whether claims that were signed are those of a token of ours, and hold now. jsonwebtoken accepts an `aud` that is a list
 * with ours in it, any lifetime, no `exp` at all, and an `iat` to come.
 */
export function isAcceptable(options: TokenOptions, claims: AccessTokenClaims, now: Date): boolean {
  const nowSeconds = secondsOf(now);
  const latestStart = nowSeconds + clockToleranceSeconds;
  return (
    claims.iss === options.issuer &&
    claims.aud === options.audience &&
    claims.exp > nowSeconds &&
    claims.exp - claims.iat <= options.maxAgeSeconds &&
    claims.iat <= latestStart &&
    claims.nbf <= latestStart
  );
}

function secondsOf(instant: Date): number {
  return Math.floor(instant.getTime() / 1000);
}

const textClaims = ['iss', 'aud', 'sub', 'jti', 'sid', 'username'];
const timeClaims = ['iat', 'nbf', 'exp'];

function isClaims(value: unknown): value is AccessTokenClaims {
  if (typeof value !== 'object' || value === null) return false;
  const claims = new Map<string, unknown>(Object.entries(value));
  return (
    textClaims.every((name) => typeof claims.get(name) === 'string' && claims.get(name) !== '') &&
    timeClaims.every((name) => Number.isSafeInteger(claims.get(name))) &&
    typeof claims.get('admin') === 'boolean' &&
    isId(String(claims.get('sid')))
  );
}
