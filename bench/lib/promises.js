import { table } from './report.js';

/**
 * @typedef {object} Finding what was promised, and what was found
 * @property {string} promise
 * @property {string} bound
 * @property {string} found
 * @property {boolean} kept
 */

/**
 * @param {Finding[]} findings one that is not kept makes the command fail
 * @returns {string} Markdown
 */
export function promisesTable(findings) {
  if (!findings.every(({ kept }) => kept)) process.exitCode = 1;
  const rows = findings.map(({ promise, bound, found, kept }) => [
    promise,
    bound,
    found,
    kept ? 'PASS' : 'FAIL',
  ]);
  return table([['promise', 'bound', 'found', ''], ...rows]);
}

/** @returns {Finding} of a number that is to stay under a bound */
export function under(promise, found, bound, unit) {
  const places = bound < 10 ? 2 : 1;
  return {
    promise,
    bound: `< ${Number(bound.toFixed(places))} ${unit}`,
    found: `${found.toFixed(places)} ${unit}`,
    kept: found < bound,
  };
}

/** @returns {Finding} of a number that is to reach a bound */
export function atLeast(promise, found, bound, unit) {
  const places = bound < 10 ? 2 : 1;
  return {
    promise,
    bound: `>= ${bound} ${unit}`,
    found: `${found.toFixed(places)} ${unit}`,
    kept: found >= bound,
  };
}

/** @returns {Finding} of something that must not happen at all */
export function never(promise, count) {
  return { promise, bound: 'never', found: `${count} times`, kept: count === 0 };
}
