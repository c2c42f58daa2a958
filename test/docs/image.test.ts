import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test('the image gives node the options that npm start gives it', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
  const command = readFileSync('Dockerfile', 'utf8')
    .split('\n')
    .findLast((line) => line.startsWith('CMD '));
  const options = [...(command ?? '').matchAll(/"(--[^"]+)"/g)].map(([, option]) => option);
  expect(options).toEqual(scripts.start.split(' ').filter((word: string) => word.startsWith('--')));
});
