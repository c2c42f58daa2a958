import { expect, test } from 'vitest';
import { createDocuments, type Documents } from '../../src/graphql/documents.js';
import { createSchema } from '../../src/graphql/schema.js';
import { parseConfig } from '../../src/start/config.js';

const { documentLimits } = parseConfig({});
const schema = createSchema();

const variables = {};
const check = (documents: Documents, source: string, isCached = true, sender?: string) =>
  documents.check({ source, variables, requestLength: source.length, isCached, sender });

/** Looks at so many documents, each so many characters long and unlike the others. @returns how many are still known */
function known(count: number, characters: number): number {
  const documents = createDocuments(schema, documentLimits);
  const checkOne = (index: number) => check(documents, `{ me { id } } # ${index} `.padEnd(characters, 'x'));
  const first = Array.from({ length: count }, (_, index) => checkOne(index));
  // From the last one on, so that none is forgotten for one that is looked at again.
  return first.reduceRight((total, document, index) => total + (checkOne(index) === document ? 1 : 0), 0);
}

test('a document is parsed and measured once, and the same one from then on', () => {
  expect(known(1_000, 30)).toBe(1_000);
});

test('no more than a thousand documents are cached, nor more than half a million characters of them', () => {
  expect(known(1_200, 30)).toBeLessThanOrEqual(1_000);
  expect(known(100, 15_000)).toBeLessThanOrEqual(34);
  expect(known(100, 15_000)).toBeGreaterThan(20);
});

test('what is too much is not cached: it would take the place of what is not', () => {
  const documents = createDocuments(schema, documentLimits);
  const kept = check(documents, '{ me { id } }');
  for (let index = 0; index < 1_200; index++) {
    const aliases = Array.from({ length: 31 }, (_, i) => `a${i}: id`).join(' ');
    expect(() => check(documents, `{ me { ${aliases} } } # ${index}`)).toThrow(/aliases/);
  }
  expect(check(documents, '{ me { id } }')).toBe(kept);
});

test('no number of documents of anonymous callers evicts one of a signed-in caller', () => {
  const documents = createDocuments(schema, documentLimits);
  const kept = check(documents, '{ me { id } }');
  for (let index = 0; index < 1_200; index++) {
    check(documents, `{ me { id } } # ${index}`, false);
    expect(() => check(documents, `{ me { id } # ${index}`, false)).toThrow(/Syntax/);
  }
  expect(check(documents, '{ me { id } }')).toBe(kept);
  expect(check(documents, '{ me { id } }', false)).toBe(kept);
});

test.each([
  ['short', 1_200, 30],
  ['long', 100, 15_000],
])('no number of %s documents of one user evicts those of another', (_what, count, characters) => {
  const documents = createDocuments(schema, documentLimits);
  const kept = check(documents, '{ me { id } }', true, 'honest');
  for (let index = 0; index < count; index++) {
    check(documents, `{ me { id } } # ${index} `.padEnd(characters, 'x'), true, 'other');
  }
  expect(check(documents, '{ me { id } }', true, 'honest')).toBe(kept);
});
