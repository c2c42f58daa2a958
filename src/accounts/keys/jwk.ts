import { createPrivateKey, createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';

/** The algorithms that a key can be pinned to. EdDSA is missing, because jsonwebtoken does not support it. */
export const keyAlgorithms = ['HS256', 'RS256', 'PS256', 'ES256'] as const;
export type KeyAlgorithm = (typeof keyAlgorithms)[number];

/** A member of a JWK Set (RFC 7517 section 4), as far as the key ring reads it. */
const jwkSchema = z.looseObject({
  kty: z.enum(['oct', 'RSA', 'EC']),
  kid: z.string().min(1).max(100),
  alg: z.enum(keyAlgorithms),
  /** Exactly one key of a ring has `sign`. A key without operations is retired. */
  key_ops: z.array(z.enum(['sign', 'verify'])).default(['verify']),
});
export type Jwk = z.infer<typeof jwkSchema>;

const jwkSetSchema = z.object({ keys: z.array(jwkSchema).max(100) });
export type JwkSet = z.infer<typeof jwkSetSchema>;

/** A key of the ring, for use with its own algorithm only (RFC 8725 section 3.1). */
export interface RingKey {
  kid: string;
  alg: KeyAlgorithm;
  verifyWith: KeyObject;
  /** Absent if only the public key is known. */
  signWith?: KeyObject;
}

/** The key ring is not valid. The message is one line, without any key. */
export class KeyError extends Error {}

/** @throws KeyError when the text is not a JWK Set with what a key ring needs */
export function parseJwkSet(text: string): JwkSet {
  const parsed = jwkSetSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new KeyError(`The key ring is not a valid JWK Set: ${issue?.path.join('.')} ${issue?.message}.`);
  }
  const kids = parsed.data.keys.map((jwk) => jwk.kid);
  const duplicate = kids.find((kid, index) => kids.indexOf(kid) !== index);
  if (duplicate !== undefined) throw new KeyError(`The key ring has the key id ${duplicate} twice.`);
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new KeyError('The key ring is not JSON.');
  }
}

const minSecretBytes = 32;
const minRsaBits = 2048;
const keyTypes = { HS256: 'oct', RS256: 'RSA', PS256: 'RSA', ES256: 'EC' } as const;

/** @throws KeyError when the key is malformed, too weak (RFC 8725 section 3.5), or not for its algorithm */
export function importKey(jwk: Jwk): RingKey {
  if (jwk.kty !== keyTypes[jwk.alg])
    throw new KeyError(`Key ${jwk.kid}: ${jwk.alg} needs ${keyTypes[jwk.alg]}, not ${jwk.kty}.`);
  const { kid, alg } = jwk;
  const key = jwk.kty === 'oct' ? importSecret(jwk) : importAsymmetric(jwk);
  requireStrength(kid, alg, key);
  if (key.type === 'secret') return { kid, alg, verifyWith: key, signWith: key };
  if (key.type === 'public') return { kid, alg, verifyWith: key };
  return { kid, alg, verifyWith: createPublicKey(key), signWith: key };
}

function importSecret(jwk: Jwk): KeyObject {
  if (typeof jwk.k !== 'string') throw new KeyError(`Key ${jwk.kid} has no "k".`);
  return createSecretKey(Buffer.from(jwk.k, 'base64url'));
}

function importAsymmetric(jwk: Jwk): KeyObject {
  try {
    const input = { key: { ...jwk }, format: 'jwk' as const };
    return typeof jwk.d === 'string' ? createPrivateKey(input) : createPublicKey(input);
  } catch (error) {
    throw new KeyError(`Key ${jwk.kid} is not a well-formed ${jwk.kty} key.`, { cause: error });
  }
}

function requireStrength(kid: string, alg: KeyAlgorithm, key: KeyObject): void {
  if (key.type === 'secret') {
    if ((key.symmetricKeySize ?? 0) < minSecretBytes) {
      throw new KeyError(`Key ${kid} is too weak: HS256 needs at least ${minSecretBytes} bytes.`);
    }
    return;
  }
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  if (alg === 'ES256' && namedCurve !== 'prime256v1')
    throw new KeyError(`Key ${kid}: ES256 needs the curve P-256.`);
  if (alg !== 'ES256' && (modulusLength ?? 0) < minRsaBits) {
    throw new KeyError(`Key ${kid} is too weak: ${alg} needs at least ${minRsaBits} bits.`);
  }
}
