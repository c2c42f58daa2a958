import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { Secret } from './secret.js';

const format = 1;
const nonceLength = 12;
const tagLength = 16;
const headLength = 1 + nonceLength + tagLength;

/** Encrypts text to be stored. */
export interface Sealer {
  /** @param bound what the text belongs to: it opens only when the same is said again */
  seal(text: string, bound: string): Uint8Array<ArrayBuffer>;
  /** @throws Error when it was sealed with another secret, for another purpose, or for something else */
  open(sealed: Uint8Array, bound: string): string;
}

/**
 * AES-256-GCM (NIST SP 800-38D) with a random nonce: a byte of format, the nonce, the tag, the ciphertext.
 *
 * @param purpose makes one secret give a key of its own to each use (HKDF, RFC 5869)
 */
export function createSealer(secret: Secret, purpose: string): Sealer {
  const key = Buffer.from(hkdfSync('sha256', secret.reveal(), '', `stipend ${purpose}`, 32));
  return {
    seal: (text, bound) => {
      const nonce = randomBytes(nonceLength);
      const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagLength });
      cipher.setAAD(Buffer.from(bound));
      const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return new Uint8Array(Buffer.concat([Buffer.of(format), nonce, cipher.getAuthTag(), ciphertext]));
    },
    open: (sealed, bound) => {
      if (sealed[0] !== format) throw new Error('something sealed is stored in an unknown format');
      const nonce = sealed.subarray(1, 1 + nonceLength);
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagLength });
      decipher.setAAD(Buffer.from(bound));
      decipher.setAuthTag(sealed.subarray(1 + nonceLength, headLength));
      const plaintext = [decipher.update(sealed.subarray(headLength)), decipher.final()];
      return Buffer.concat(plaintext).toString('utf8');
    },
  };
}
