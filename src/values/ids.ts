import { randomUUID } from 'node:crypto';
import { badInput } from './app-error.js';

/**
 * A version 7 UUID (RFC 9562 section 5.7): the instant in milliseconds, then 74 random bits, so that ids sort by the
 * time they were made.
 */
export function newId(at: Date): string {
  return uuidV7(at, randomUUID());
}

const timeBytes = Buffer.alloc(6);

/** @param random a version 4 UUID, whose 122 random bits Node has in store; of those, 74 are taken */
export function uuidV7(at: Date, random: string): string {
  // To write so large a number with `toString(16)` takes longer than all the rest.
  timeBytes.writeUIntBE(at.getTime(), 0, timeBytes.length);
  const time = timeBytes.toString('hex');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(15)}`;
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
