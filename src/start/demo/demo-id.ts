import { createHash } from 'node:crypto';
import { uuidV7 } from '../../values/ids.js';

/** An id that depends on nothing but its instant and its label. */
export function demoId(at: Date, label: string): string {
  const hash = createHash('sha256').update(`demo ${label}`).digest('hex');
  return uuidV7(at, `00000000-0000-4${hash.slice(0, 3)}-8${hash.slice(3, 6)}-${hash.slice(6, 18)}`);
}
