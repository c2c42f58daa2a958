/**
 * The same numbers each time (mulberry32).
 *
 * @param {number} seed
 * @returns {() => number} from 0 up to but not including 1
 */
export function randomNumbers(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** @returns {<T>(items: T[]) => T} picks one of the items */
export function picker(seed) {
  const random = randomNumbers(seed);
  return (items) => items[Math.floor(random() * items.length)];
}
