import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { Secret } from './secret.js';

const format = 1;
const nonceLength = 12;
const tagLength = 16;
const headerLength = 1 + nonceLength + tagLength;

/** Encrypts text for storage. */
export interface Sealer {
  /** @param owner whose text it is: only the same owner opens it */
  seal(text: string, owner: string): Uint8Array<ArrayBuffer>;
  /** @throws Error when it was sealed with another secret, for another purpose, or for another owner */
  open(sealed: Uint8Array, owner: string): string;
}

/**
 * AES-256-GCM (NIST SP 800-38D) with a random nonce. What is stored is a format byte, the nonce, the tag and the ciphertext.
 *
 * @param purpose separates the keys that are derived from one secret (HKDF, RFC 5869)
 */
export function createSealer(secret: Secret, purpose: string): Sealer {
  const key = Buffer.from(hkdfSync('sha256', secret.reveal(), '', `stipend ${purpose}`, 32));
  return {
    seal: (text, owner) => {
      const nonce = randomBytes(nonceLength);
      const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagLength });
      cipher.setAAD(Buffer.from(owner));
      const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return new Uint8Array(Buffer.concat([Buffer.of(format), nonce, cipher.getAuthTag(), ciphertext]));
    },
    open: (sealed, owner) => {
      if (sealed[0] !== format) throw new Error('a sealed value has an unknown format');
      const nonce = sealed.subarray(1, 1 + nonceLength);
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagLength });
      decipher.setAAD(Buffer.from(owner));
      decipher.setAuthTag(sealed.subarray(1 + nonceLength, headerLength));
      const plaintext = [decipher.update(sealed.subarray(headerLength)), decipher.final()];
      return Buffer.concat(plaintext).toString('utf8');
    },
  };
}
