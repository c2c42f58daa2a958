// No breaking change of schema.graphql against the last commit on main, unless CHANGELOG.md owns up to it.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { buildSchema, findBreakingChanges } from 'graphql';

const git = (...args) =>
  execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();

/** @returns the text, or undefined where git has none such */
function tryGit(...args) {
  try {
    return git(...args);
  } catch {
    return undefined;
  }
}

/** The branch point; on main itself, or with changes not committed, the newest commit that is not what is checked. */
function baseCommit() {
  const head = git('rev-parse', 'HEAD');
  if (git('status', '--porcelain', '--', 'schema.graphql') !== '') return head;
  const branchPoint = tryGit('merge-base', 'HEAD', 'origin/main') ?? head;
  return branchPoint === head ? tryGit('rev-parse', 'HEAD^') : branchPoint;
}

const base = baseCommit();
const before = base && tryGit('show', `${base}:schema.graphql`);
if (before === undefined) {
  console.log('schema.graphql: there is no earlier one to compare with');
  process.exit(0);
}
const breaking = findBreakingChanges(
  buildSchema(before),
  buildSchema(readFileSync('schema.graphql', 'utf8')),
);
const [, unreleased = ''] = readFileSync('CHANGELOG.md', 'utf8').split(/^## /m);
if (breaking.length > 0 && !/\bBREAKING\b/.test(unreleased)) {
  console.error(
    'schema.graphql breaks clients, and the top section of CHANGELOG.md has no line with BREAKING:',
  );
  for (const { description } of breaking) console.error(`  ${description}`);
  process.exit(1);
}
console.log(`schema.graphql: ${breaking.length} breaking changes against ${base.slice(0, 8)}`);
