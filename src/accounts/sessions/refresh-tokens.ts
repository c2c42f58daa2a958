import { createHash, createHmac, type KeyObject, randomBytes } from 'node:crypto';

/** 32 random bytes in base64url, or as many bytes that nobody without the server's key can tell from random ones. */
const refreshTokenForm = /^[A-Za-z0-9_-]{43}$/;

export function isRefreshToken(value: string): boolean {
  return refreshTokenForm.test(value);
}

/** The first token of a session. */
export function firstRefreshToken(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * The token that a token is traded for: always the same one, so that a client whose answer got lost, and a second tab,
 * get what the first request got, though the server keeps none of them but as a hash.
 */
export function successorOf(token: string, key: KeyObject): string {
  return createHmac('sha256', key).update(token).digest('base64url');
}

/** What is kept of a token. It has 256 random bits: a plain hash is enough. */
export function hashRefreshToken(token: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(token).digest());
}
