import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { Refusal } from './refusal.js';

const mostTokens = 10_000;

/**
 * Bearer tokens, HS256. A token that was verified is remembered until it expires.
 *
 * @param {string} secret
 * @returns {(header: string | undefined) => { id: string, isAdmin: boolean }}
 */
export function createAuthentication(secret) {
  const key = createSecretKey(Buffer.from(secret));
  const known = new Map();
  return (header) => {
    if (!header?.startsWith('Bearer ')) throw new Refusal('UNAUTHENTICATED', 'Log in first.', 401);
    const token = header.slice(7);
    const viewer = known.get(token) ?? verify(key, token);
    if (!viewer || viewer.expiresAt * 1000 <= Date.now()) {
      known.delete(token);
      throw new Refusal('UNAUTHENTICATED', 'The token is not valid.', 401);
    }
    if (known.size < mostTokens) known.set(token, viewer);
    return viewer;
  };
}

function verify(key, token) {
  const [header, payload, signature, ...more] = token.split('.');
  if (signature === undefined || more.length > 0) return undefined;
  const expected = createHmac('sha256', key).update(`${header}.${payload}`).digest();
  const given = Buffer.from(signature, 'base64url');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  if (parse(header).alg !== 'HS256') return undefined;
  const { sub, admin, exp } = parse(payload);
  return { id: sub, isAdmin: admin === true, expiresAt: exp };
}

function parse(part) {
  return JSON.parse(Buffer.from(part, 'base64url').toString());
}
