import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { placement } from './cores.js';
import { median } from './memory.js';

/** @typedef {import('./measure.js').Figures} Figures */

const columns = ['', 'requests/s', 'p50 ms', 'p99 ms', 'CPU µs', 'database CPU µs', 'memory MB', 'of limit'];

/**
 * @param {import('./workloads.js').Workload} workload
 * @param {Map<string, Figures>} figures
 * @returns {string} Markdown
 */
export function workloadTable({ id, title }, figures) {
  const limit = figures.get('limit');
  const shown = limit ? columns.length : columns.indexOf('of limit');
  const rows = Array.from(figures, ([name, one]) => [
    name,
    one.requestsPerSecond.toFixed(0),
    one.p50Ms.toFixed(2),
    one.p99Ms.toFixed(2),
    spreadOf(one.turns, 0),
    one.databaseCpuMicros.toFixed(0),
    one.residentMegabytes.toFixed(0),
    // Of the same turns: what slows the machine for a while slows both.
    limit ? spreadOf(ratios(limit.turns, one.turns), 2) : '–',
  ]);
  return `**${id}** ${title}\n\n${table([columns, ...rows].map((row) => row.slice(0, shown)))}`;
}

/** Of the figures of two servers in the same turns. */
export const ratios = (above, below) => above.map((value, turn) => value / below[turn]);

/** @returns {string} the median of the turns, the least and the most */
export function spreadOf(turns, digits) {
  const [least, most] = [Math.min(...turns), Math.max(...turns)];
  const [middle, from, to] = [median(turns), least, most].map((value) => value.toFixed(digits));
  return turns.length > 1 ? `${middle} (${from}–${to})` : middle;
}

/** @param {import('./targets.js').Target[]} targets */
export function startTable(targets) {
  const rows = targets.map(({ server }) => [server.name, server.startMs.toFixed(0)]);
  return table([['', 'from start to first answer, ms'], ...rows]);
}

/** @param {Figures} figures of W8 */
export function loginNote({ cpuMicros }, hashMicros) {
  const rest = cpuMicros - hashMicros;
  return `The hash of the password alone, by itself: ${hashMicros.toFixed(0)} µs. What is left: ${rest.toFixed(0)} µs.\n`;
}

/** The first row is the head. Numbers stand to the right. */
export function table([head, ...rows]) {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map((row) => row[column].length)));
  const line = (row) =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join(' | ')} |`;
  const rule = widths.map((width, column) =>
    column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return `${[line(head), line(rule), ...rows.map(line)].join('\n')}\n`;
}

/** When, on what, and how it was measured. */
export function circumstances(options, database, payments) {
  const { connections, turns, seconds, employees } = options;
  const [{ model } = { model: 'unknown' }] = cpus();
  return [
    `${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, PostgreSQL ${database.version}, ${model.trim()}, ${cpus().length} cores: ${placement}.`,
    `${employees} employees, ${payments} payments at the beginning; ${connections} connections; ${turns} turns of ${seconds} s each.`,
  ].join('\n');
}

const begin = '<!-- table: begin -->';
const end = '<!-- table: end -->';

/** Puts the text between README.md's markers. */
export function recordInReadme(text) {
  const path = new URL('../README.md', import.meta.url);
  const readme = readFileSync(path, 'utf8');
  const [before] = readme.split(begin);
  const [, after] = readme.split(end);
  writeFileSync(path, `${before}${begin}\n\n${text}\n${end}${after}`);
}
