// `npm run lint`: every regular expression in src/ must take linear time, whatever the text. One that backtracks lets a
// client keep the process busy for seconds: docs/decisions/dependencies.md.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RegExpParser, visitRegExpAST } from '@eslint-community/regexpp';
import { analyse } from 'scslre';
import { parseSync } from 'vite';

const paths = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.startsWith('generated'))
  .map((path) => join('src', path));
const problems = paths.flatMap(problemsIn);
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;

/** @param {string} path */
function problemsIn(path) {
  const text = readFileSync(path, 'utf8');
  const { program, errors } = parseSync(path, text);
  if (errors.length > 0) return [`${path}: can't be parsed`];
  return patternsIn(program).flatMap(({ start, raw }) => {
    const line = text.slice(0, start).split('\n').length;
    return problemsOf(raw).map((problem) => `${path}:${line}: ${raw ?? 'RegExp'} ${problem}`);
  });
}

/**
 * Literals, and calls of RegExp.
 *
 * @param {unknown} node
 * @returns {Array<{ start: number, raw?: string }>} with the literal, or without one
 */
function patternsIn(node) {
  if (typeof node !== 'object' || node === null) return [];
  const isMade = /^(New|Call)Expression$/.test(node.type) && node.callee.name === 'RegExp';
  const own = node.regex ? [node] : isMade ? [{ start: node.start }] : [];
  return [...own, ...Object.values(node).flatMap(patternsIn)];
}

/** @param {string | undefined} raw */
function problemsOf(raw) {
  if (raw === undefined) return ['is made at run time, and can not be checked'];
  const { pattern, flags } = new RegExpParser().parseLiteral(raw);
  const { reports } = analyse({ pattern, flags });
  const problems = reports.map(
    ({ exponential }) => `takes ${exponential ? 'exponential' : 'quadratic'} time`,
  );
  if (isSearch(pattern, flags) && !isOneRun(pattern) && isUnbounded(pattern)) {
    problems.push(
      'has an unbounded repetition without ^ at the start: each place of a text may be read to the end',
    );
  }
  return [...new Set(problems)];
}

/** Whether it is tried at more places of a text than its start. */
function isSearch({ alternatives }, { multiline }) {
  return multiline || !alternatives.every(({ elements: [first] }) => first?.kind === 'start');
}

/** One repeated class of characters, such as `\s+`: it matches wherever it is tried, or fails there at once. */
function isOneRun({ alternatives }) {
  return alternatives.every(
    ({ elements }) => elements.length === 1 && elements[0].element?.type.startsWith('Character'),
  );
}

function isUnbounded(pattern) {
  let found = false;
  visitRegExpAST(pattern, {
    onQuantifierEnter: ({ max }) => {
      found ||= max === Number.POSITIVE_INFINITY;
    },
  });
  return found;
}
