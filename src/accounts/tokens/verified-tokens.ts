import { LRUCache } from 'lru-cache';
import type { KeyRing } from '../keys/key-ring.js';
import type { LiveKeyRing } from '../keys/live-key-ring.js';
import { type AccessTokenClaims, isAcceptable, type TokenOptions, verifyAccessToken } from './tokens.js';

/** @returns the claims of a token that is valid now, undefined for any other */
export type VerifyToken = (token: string, now: Date) => Promise<AccessTokenClaims | undefined>;

const maxTokens = 10_000;
const maxCharacters = 8_000_000;

/**
 * Verifies the signature of each token once. What depends on the clock is checked each time. An entry is valid only for the
 * key ring that verified it, so that a key removed from the ring takes its tokens with it.
 */
export function cacheVerifiedTokens(options: TokenOptions, keys: LiveKeyRing): VerifyToken {
  const verified = new LRUCache<string, { claims: AccessTokenClaims; ring: KeyRing }>({
    max: maxTokens,
    maxSize: maxCharacters,
    sizeCalculation: (_entry, token) => token.length,
  });
  return async (token, now) => {
    const known = verified.get(token);
    if (known?.ring === keys.current && isAcceptable(options, known.claims, now)) return known.claims;
    verified.delete(token);
    const ring = keys.current;
    const claims = await verifyAccessToken(options, keys, token, now);
    // If the ring has changed meanwhile, it is unknown which one verified the token.
    if (claims && keys.current === ring) verified.set(token, { claims, ring });
    return claims;
  };
}
