import { expect, test } from 'vitest';
import { createDocuments } from '../../src/graphql/documents.js';
import { createSchema } from '../../src/graphql/schema.js';
import { parseConfig } from '../../src/start/config.js';

const { documentLimits } = parseConfig({});
const schema = createSchema();

/** Looks at so many documents, each so many characters long and unlike the others. @returns how many are still known */
function known(count: number, characters: number): number {
  const documents = createDocuments(schema, documentLimits);
  const check = (index: number) =>
    documents.check(`{ me { id } } # ${index} `.padEnd(characters, 'x'), {}, 0);
  const first = Array.from({ length: count }, (_, index) => check(index));
  // From the last one on, so that none is forgotten for one that is looked at again.
  return first.reduceRight((total, document, index) => total + (check(index) === document ? 1 : 0), 0);
}

test('a document is parsed and measured once, and the same one from then on', () => {
  expect(known(1_000, 30)).toBe(1_000);
});

test('no more than a thousand documents are remembered, nor more than two million characters of them', () => {
  expect(known(1_200, 30)).toBeLessThanOrEqual(1_000);
  expect(known(100, 100_000)).toBeLessThanOrEqual(20);
  expect(known(100, 100_000)).toBeGreaterThan(10);
});

test('what is too much is not remembered: it would take the place of what is not', () => {
  const documents = createDocuments(schema, documentLimits);
  const kept = documents.check('{ me { id } }', {}, 0);
  for (let index = 0; index < 1_200; index++) {
    const aliases = Array.from({ length: 31 }, (_, i) => `a${i}: id`).join(' ');
    expect(() => documents.check(`{ me { ${aliases} } } # ${index}`, {}, 0)).toThrow(/aliases/);
  }
  expect(documents.check('{ me { id } }', {}, 0)).toBe(kept);
});
