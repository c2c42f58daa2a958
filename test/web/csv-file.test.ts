import { expect, test } from 'vitest';
import { maxFileBytes, problemsIn, readCsv } from './support.js';

const file = (content: string | Uint8Array<ArrayBuffer>) => new File([content], 'people.csv');

test('a file is read as UTF-8, with or without a mark', async () => {
  expect(await readCsv(file('name\nJürgen\n'))).toEqual({ text: 'name\nJürgen\n' });
  expect(await readCsv(file('\uFEFFname\n'))).toEqual({ text: 'name\n' });
});

test('a file that cannot be sent is told why', async () => {
  expect(await readCsv(undefined)).toEqual({ fault: 'missing' });
  expect(await readCsv(file(new Uint8Array([0x4a, 0xfc, 0x72])))).toEqual({ fault: 'notUtf8' });
  expect(await readCsv(file('x'.repeat(maxFileBytes + 1)))).toEqual({ fault: 'tooLong' });
  expect(await readCsv(file('x'.repeat(maxFileBytes)))).toHaveProperty('text');
});

test('the problems in a message are taken apart by line and column, and nothing of it is lost', () => {
  const message = 'Line 2, code: there is no component "X: Y".\nLine 3: it has 2 values.\nAnd 7 more.';
  expect(problemsIn(message)).toEqual({
    problems: [
      { line: 2, column: 'code', message: 'there is no component "X: Y".' },
      { line: 3, message: 'it has 2 values.' },
    ],
    rest: 'And 7 more.',
  });
  expect(problemsIn('"csv" is empty.')).toEqual({ problems: [], rest: '"csv" is empty.' });
});
