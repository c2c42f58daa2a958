import { createHash, createHmac, type KeyObject, randomBytes } from 'node:crypto';

/** 32 bytes in base64url. */
const refreshTokenForm = /^[A-Za-z0-9_-]{43}$/;

export function isRefreshToken(value: string): boolean {
  return refreshTokenForm.test(value);
}

/** The first token of a session. */
export function firstRefreshToken(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * The token that replaces a token. It is always the same one, so that a client that lost the response, or a second tab, gets
 * what the first request got, although the server stores only hashes.
 */
export function successorOf(token: string, key: KeyObject): string {
  return createHmac('sha256', key).update(token).digest('base64url');
}

/** What is stored of a token. A plain hash suffices, because a token has 256 random bits. */
export function hashRefreshToken(token: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(token).digest());
}
