import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { type Jwk, type JwkSet, type KeyAlgorithm, KeyError } from './jwk.js';

/** Makes a new key. This can take seconds, so it is not for a transaction. */
export function generateKey(alg: KeyAlgorithm, now: Date): Jwk {
  const kid = `${now.toISOString().slice(0, 10)}-${randomBytes(4).toString('hex')}`;
  return { ...generateJwk(alg), kid, alg, key_ops: ['verify'] };
}

const rsaBits = 3072;

function generateJwk(alg: KeyAlgorithm): Pick<Jwk, 'kty'> {
  switch (alg) {
    case 'HS256':
      return { kty: 'oct', ...{ k: randomBytes(64).toString('base64url') } };
    case 'ES256':
      return {
        ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }),
        kty: 'EC',
      };
    case 'RS256':
    case 'PS256':
      return {
        ...generateKeyPairSync('rsa', { modulusLength: rsaBits }).privateKey.export({ format: 'jwk' }),
        kty: 'RSA',
      };
  }
}

/** Adds a key, which only verifies until it is promoted. The first key of a ring signs. */
export function addKey(set: JwkSet, jwk: Jwk): JwkSet {
  const added: Jwk = set.keys.length === 0 ? { ...jwk, key_ops: ['sign', 'verify'] } : jwk;
  return { keys: [...set.keys, added] };
}

/**
 * Makes a key the one that signs. The previous one still verifies.
 *
 * @throws KeyError when there is no such key
 */
export function promoteKey(set: JwkSet, kid: string): JwkSet {
  requireActive(set, kid);
  return {
    keys: set.keys.map((jwk) => {
      if (jwk.kid === kid) return { ...jwk, key_ops: ['sign', 'verify'] };
      return { ...jwk, key_ops: jwk.key_ops.filter((operation) => operation !== 'sign') };
    }),
  };
}

/**
 * Removes a key. The tokens that it signed are no longer accepted.
 *
 * @throws KeyError when there is no such key, or when it signs
 */
export function retireKey(set: JwkSet, kid: string): JwkSet {
  const jwk = requireActive(set, kid);
  if (jwk.key_ops.includes('sign')) {
    throw new KeyError(`Key ${kid} signs: add and promote another one first.`);
  }
  // JWT_SECRET's key comes from the environment, so the ring has to remember that it is retired.
  const rest = set.keys.filter((other) => other.kid !== kid);
  return { keys: jwk.kty === 'oct' ? [...rest, { kty: jwk.kty, kid, alg: jwk.alg, key_ops: [] }] : rest };
}

function requireActive(set: JwkSet, kid: string): Jwk {
  const jwk = set.keys.find((candidate) => candidate.kid === kid && candidate.key_ops.length > 0);
  if (!jwk)
    throw new KeyError(`There is no key ${kid}. \`npm run keys -- list\` shows those that there are.`);
  return jwk;
}
