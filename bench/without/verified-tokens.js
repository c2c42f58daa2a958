import { verifyAccessToken } from './tokens.js';

/** Stands in for src/accounts/tokens/verified-tokens.ts: the signature of a token is verified each time. */
export const cacheVerifiedTokens = (options, keys) => (token, now) =>
  verifyAccessToken(options, keys, token, now);
