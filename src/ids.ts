import { randomFillSync } from 'node:crypto';
import { badInput } from './errors.js';

/**
 * A version 7 UUID (RFC 9562 section 5.7): the instant in milliseconds, then 74 random bits, so that ids sort by the
 * time they were made.
 */
export function newId(at: Date): string {
  return uuidV7(at, randomFillSync(new Uint8Array(10)));
}

/** @param random 10 bytes, of which 74 bits are used */
export function uuidV7(at: Date, random: Uint8Array): string {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(at.getTime(), 0, 6);
  bytes.set(random, 6);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isId(value: string): boolean {
  return uuid.test(value);
}

/** @throws AppError BAD_USER_INPUT when it is no id */
export function parseId(value: string, field: string): string {
  if (!isId(value)) throw badInput(field, `"${field}" is not an id.`);
  return value.toLowerCase();
}
