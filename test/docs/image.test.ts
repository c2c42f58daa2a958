import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test('npm start and the image give node the same options, from one file', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
  const dockerfile = readFileSync('Dockerfile', 'utf8');
  const command = dockerfile.split('\n').findLast((line) => line.startsWith('CMD '));
  for (const start of [scripts.start, command]) expect(start).toContain('exec node $(cat node-options) ');
  expect(dockerfile).toMatch(/^COPY --from=build .*\/node-options /m);
  expect(readFileSync('node-options', 'utf8')).toMatch(/^(--[a-z-]+=\d+ ?)+\n$/);
});
