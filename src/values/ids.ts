import { randomUUID } from 'node:crypto';
import { badInput } from './app-error.js';

/**
 * A version 7 UUID (RFC 9562 section 5.7): the instant in milliseconds, then 74 random bits, so that ids sort by
 * creation time.
 */
export function newId(at: Date): string {
  return uuidV7(at, randomUUID());
}

/**
 * @param at one before 1970 counts as the first instant of 1970: there is no earlier one in an id
 * @param random a version 4 UUID, which supplies the random bits
 */
export function uuidV7(at: Date, random: string): string {
  const time = Math.max(0, at.getTime()).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(15)}`;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isId(value: string): boolean {
  return uuid.test(value);
}

/** @throws AppError BAD_USER_INPUT */
export function parseId(value: string, field: string): string {
  if (!isId(value)) throw badInput(field, `"${field}" is not an id.`);
  return value.toLowerCase();
}
