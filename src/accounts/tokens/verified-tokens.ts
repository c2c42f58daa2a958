import { LRUCache } from 'lru-cache';
import type { KeyRing } from '../keys/key-ring.js';
import type { LiveKeyRing } from '../keys/live-key-ring.js';
import { type AccessTokenClaims, isAcceptable, type TokenOptions, verifyAccessToken } from './tokens.js';

/** @returns the claims of a token that is sound now, undefined for any other; at once where it is known */
export type VerifyToken = (token: string, now: Date) => Verified | Promise<Verified>;
type Verified = AccessTokenClaims | undefined;

const mostTokens = 10_000;
const mostCharacters = 8_000_000;

/**
 * Checks the signature of each token once. What the clock can change is looked at each time, and no token is remembered
 * beyond the ring of keys that it was verified with: a key that is taken out of the ring takes its tokens with it.
 */
export function rememberVerifiedTokens(options: TokenOptions, keys: LiveKeyRing): VerifyToken {
  const verified = new LRUCache<string, { claims: AccessTokenClaims; ring: KeyRing }>({
    max: mostTokens,
    maxSize: mostCharacters,
    sizeCalculation: (_entry, token) => token.length,
  });
  const verify = async (token: string, now: Date): Promise<Verified> => {
    verified.delete(token);
    // The ring may be another one by the time that the token is verified: then it is not known by which.
    const ring = keys.current;
    const claims = await verifyAccessToken(options, keys, token, now);
    if (claims && keys.current === ring) verified.set(token, { claims, ring });
    return claims;
  };
  return (token, now) => {
    const known = verified.get(token);
    const isSound = known && known.ring === keys.current && isAcceptable(options, known.claims, now);
    return isSound ? known.claims : verify(token, now);
  };
}
