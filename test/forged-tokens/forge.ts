import {
  constants,
  createHmac,
  createPrivateKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  randomBytes,
  sign as signBytes,
} from 'node:crypto';

/** How to sign what stands before the signature: written without the library that the server uses, to sign anything. */
export type Signer = (input: string) => Buffer;

/** A JWK of a ring, with its private part, and its way to sign. */
export interface ForgeKey {
  jwk: JsonWebKey & { kid: string; alg: string; key_ops: string[] };
  sign: Signer;
  publicKey?: KeyObject;
}

export function hmacSigner(key: string | Buffer, hash = 'sha256'): Signer {
  return (input) => createHmac(hash, key).update(input).digest();
}

export function rsaSigner(key: KeyObject, hash = 'sha256'): Signer {
  return (input) => signBytes(hash, Buffer.from(input), key);
}

export function pssSigner(key: KeyObject): Signer {
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  return (input) => signBytes('sha256', Buffer.from(input), { key, padding, saltLength: 32 });
}

export function ecSigner(key: KeyObject, dsaEncoding: 'ieee-p1363' | 'der' = 'ieee-p1363'): Signer {
  return (input) => signBytes('sha256', Buffer.from(input), { key, dsaEncoding });
}

const signers: Record<string, (key: KeyObject) => Signer> = {
  RS256: rsaSigner,
  PS256: pssSigner,
  ES256: ecSigner,
};

/** A key of an asymmetric algorithm. */
export function makeKey(kid: string, alg: 'RS256' | 'PS256' | 'ES256', keyOps = ['verify']): ForgeKey {
  const pair =
    alg === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = { ...pair.privateKey.export({ format: 'jwk' }), kid, alg, key_ops: keyOps };
  const sign = signers[alg]?.(pair.privateKey);
  if (!sign) throw new Error(`no signer for ${alg}`);
  return { jwk, sign, publicKey: pair.publicKey };
}

export function makeSecret(kid: string, keyOps = ['verify']): ForgeKey & { secret: Buffer } {
  const secret = randomBytes(32);
  const jwk = { kty: 'oct', k: secret.toString('base64url'), kid, alg: 'HS256', key_ops: keyOps };
  return { jwk, sign: hmacSigner(secret), secret };
}

/** The private key of a ring's key, to sign with in another way. */
export function privateKeyOf({ jwk }: ForgeKey): KeyObject {
  return createPrivateKey({ key: { ...jwk }, format: 'jwk' });
}

const encode = (part: unknown) =>
  (Buffer.isBuffer(part)
    ? part
    : Buffer.from(typeof part === 'string' ? part : JSON.stringify(part))
  ).toString('base64url');

/** Puts a token together: a part that is a string or bytes as it stands, any other as JSON. */
export function forge(header: unknown, claims: unknown, sign: Signer): string {
  const input = `${encode(header)}.${encode(claims)}`;
  return `${input}.${sign(input).toString('base64url')}`;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Sets the bits of a part's last character that stand for nothing: it decodes to the same bytes. */
export function withStrayBits(token: string, part: 0 | 1 | 2): string {
  const parts = token.split('.');
  const text = parts[part] ?? '';
  const same = [...alphabet]
    .map((last) => `${text.slice(0, -1)}${last}`)
    .find(
      (other) => other !== text && Buffer.from(other, 'base64url').equals(Buffer.from(text, 'base64url')),
    );
  if (same === undefined) throw new Error('this part has no stray bits');
  return parts.with(part, same).join('.');
}

/** Changes one part of a token. */
export function withPart(token: string, part: 0 | 1 | 2, change: (text: string) => string): string {
  const parts = token.split('.');
  return parts.with(part, change(parts[part] ?? '')).join('.');
}
