import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const page = readFileSync('docs/security.md', 'utf8');

test('every promise names the tests that show it, and they are there', () => {
  const rows = page.split('\n').filter((line) => /^\| [A-Z`]/.test(line) && !line.startsWith('| Promise'));
  expect(rows.length).toBeGreaterThan(25);
  for (const row of rows) {
    const folders = [...(row.split(' | ').at(-1) ?? '').matchAll(/`(test\/[\w-]+)`/g)].map(
      ([, path = '']) => path,
    );
    expect(folders, row).not.toEqual([]);
    for (const folder of folders) expect(existsSync(folder), folder).toBe(true);
  }
});
