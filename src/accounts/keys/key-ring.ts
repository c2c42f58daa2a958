import { createHash } from 'node:crypto';
import type { Secret } from '../../values/secret.js';
import { importKey, type Jwk, type JwkSet, KeyError, type RingKey } from './jwk.js';

/** The keys that verify tokens, and the one that signs them. */
export interface KeyRing {
  signing: RingKey & Required<Pick<RingKey, 'signWith'>>;
  byId: ReadonlyMap<string, RingKey>;
}

/** @throws KeyError unless every key is valid and exactly one signs */
export function createKeyRing(set: JwkSet): KeyRing {
  const active = set.keys.filter((jwk) => jwk.key_ops.length > 0);
  const byId = new Map(active.map((jwk) => [jwk.kid, importKey(jwk)]));
  requireOneAlgorithmEach([...byId.values()]);
  const signers = active.filter((jwk) => jwk.key_ops.includes('sign'));
  const [signer] = signers;
  if (!signer || signers.length > 1) {
    throw new KeyError(
      `The key ring has ${signers.length} keys with "sign" in their "key_ops"; exactly one must have it.`,
    );
  }
  const signing = byId.get(signer.kid);
  if (!signing?.signWith) throw new KeyError(`Key ${signer.kid} is to sign and has no private part.`);
  return { signing: { ...signing, signWith: signing.signWith }, byId };
}

/** RFC 8725 section 3.1 is about the key, not its id: one RSA key must not serve RS256 and, under another id, PS256. */
function requireOneAlgorithmEach(keys: RingKey[]): void {
  for (const { kid, alg, verifyWith } of keys) {
    const other = keys.find((key) => key.alg !== alg && key.verifyWith.equals(verifyWith));
    if (other) throw new KeyError(`Keys ${kid} and ${other.kid} are one key for two algorithms.`);
  }
}

/** The public keys with which other services verify tokens (RFC 7517 section 5). */
export function publicJwkSet(ring: KeyRing): { keys: object[] } {
  const keys = [...ring.byId.values()].filter((key) => key.verifyWith.type === 'public');
  return {
    keys: keys.map(({ kid, alg, verifyWith }) => ({
      ...verifyWith.export({ format: 'jwk' }),
      kid,
      alg,
      use: 'sig',
    })),
  };
}

/** The id of JWT_SECRET's key: a labelled hash, which reveals nothing of the secret. */
export function secretKeyId(secret: Secret): string {
  return createHash('sha256')
    .update('stipend kid\0')
    .update(secret.reveal())
    .digest('base64url')
    .slice(0, 16);
}

/**
 * Adds the key of JWT_SECRET to a ring that is stored without it. A ring that does not know this key yet gets it as the one
 * that signs if no other does. What is left of an earlier JWT_SECRET is dropped.
 */
export function withSecret(set: JwkSet, secret: Secret): JwkSet {
  const own = secretKeyId(secret);
  const others = set.keys.filter((jwk) => jwk.kid !== own && !(jwk.kty === 'oct' && jwk.k === undefined));
  const signed = others.some((jwk) => jwk.key_ops.includes('sign'));
  const operations: Jwk['key_ops'] = signed ? ['verify'] : ['sign', 'verify'];
  const known = set.keys.find((jwk) => jwk.kid === own);
  const jwk: Jwk = { kty: 'oct', kid: own, alg: 'HS256', key_ops: known?.key_ops ?? operations };
  return { keys: [...others, { ...jwk, k: Buffer.from(secret.reveal()).toString('base64url') }] };
}
