import { CompactEncrypt, compactDecrypt } from 'jose';
import jwt from 'jsonwebtoken';
import { isId } from '../../values/ids.js';
import type { RingKey } from '../keys/jwk.js';
import type { KeyRing } from '../keys/key-ring.js';
import type { LiveKeyRing } from '../keys/live-key-ring.js';
import { isAcceptableHeader, isCanonicalBase64Url, readKeyId } from './token-header.js';

/** The claims of an access token (RFC 9068 section 2.2), with two for user interfaces. */
export interface AccessTokenClaims {
  iss: string;
  aud: string;
  /** The user's id. */
  sub: string;
  /** Seconds since 1970, like all times of a token. */
  iat: number;
  nbf: number;
  exp: number;
  jti: string;
  /** The session that decides what the token may do. */
  sid: string;
  username: string;
  /** For user interfaces. The server does not read it. */
  admin: boolean;
}

export interface TokenOptions {
  issuer: string;
  audience: string;
  /** The longest lifetime of a token, from `iat` to `exp`. */
  maxAgeSeconds: number;
  /** If set, tokens are encrypted, and only encrypted tokens are accepted. 32 bytes. */
  encryptionKey: Uint8Array | undefined;
}

/** RFC 9068 section 2.1: keeps other kinds of JWT from being used as an access token. */
const tokenType = 'at+jwt';

/** How far ahead another process's clock may be: half a minute, and what is lost by rounding. */
const clockToleranceSeconds = 32;

const maxTokenLength = 4096;

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

/** `dir` encrypts with the key itself, without a second key and algorithm to wrap it. */
function encrypt(key: Uint8Array, signed: string): Promise<string> {
  return new CompactEncrypt(new TextEncoder().encode(signed))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', cty: 'JWT' })
    .encrypt(key);
}

/**
 * Checks everything that a token alone can show, which leaves whether its session is live.
 *
 * @returns the claims, or undefined for anything that this server would not issue
 */
export async function verifyAccessToken(
  options: TokenOptions,
  keys: Pick<LiveKeyRing, 'find'>,
  token: string,
  now: Date,
): Promise<AccessTokenClaims | undefined> {
  if (token.length > maxTokenLength) return undefined;
  const signed = options.encryptionKey ? await decrypt(options.encryptionKey, token) : token;
  if (signed === undefined) return undefined;
  const kid = readKeyId(signed);
  const key = kid === undefined ? undefined : await keys.find(kid);
  if (!key || !isAcceptableHeader(signed, { kid: key.kid, alg: key.alg, typ: tokenType })) return undefined;
  const claims = verifySignature(options, key, signed, secondsOf(now));
  return isClaims(claims) && isAcceptable(options, claims, now) ? claims : undefined;
}

async function decrypt(key: Uint8Array, token: string): Promise<string | undefined> {
  // jose decodes several texts to the same bytes; Stipend writes only one of them.
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
 * Whether signed claims are those of an access token and are valid now. jsonwebtoken would accept a list of audiences, any
 * lifetime, a missing `exp`, and an `iat` in the future.
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
