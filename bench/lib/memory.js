import { residentMegabytes } from './cores.js';

/**
 * @typedef {object} Memory resident megabytes of a process, as time went on
 * @property {number[]} samples
 * @property {number} first
 * @property {number} most
 * @property {number} last
 */

/** Looks again and again. @returns {() => Memory} ends it */
export function watchMemory(pid, everyMs = 100) {
  const samples = [residentMegabytes(pid)];
  const timer = setInterval(look, everyMs);
  function look() {
    try {
      samples.push(residentMegabytes(pid));
    } catch {
      clearInterval(timer); // It has ended, which whoever asks it something is told.
    }
  }
  return () => {
    clearInterval(timer);
    look();
    return { samples, first: samples[0], most: Math.max(...samples), last: samples.at(-1) };
  };
}

/** @param {number[]} numbers */
export function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** That something does not grow: the median of the last quarter beside that of the second; the first is warming up. */
export function growthOf(samples) {
  const quarter = (nth) => samples.slice((samples.length * nth) / 4, (samples.length * (nth + 1)) / 4);
  return median(quarter(3)) / median(quarter(1));
}

/** What Stipend's own figures say of the JavaScript heap in use. */
export async function heapMegabytes(metricsUrl) {
  const text = await (await fetch(metricsUrl)).text();
  const [, bytes] = /^nodejs_heap_size_used_bytes (\S+)$/m.exec(text) ?? [];
  return Number(bytes) / 2 ** 20;
}
