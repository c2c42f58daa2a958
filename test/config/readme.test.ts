import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parseConfig } from '../../src/start/config.js';
import { variables } from '../../src/start/variables.js';
import { documented, renderTable } from './table.js';

const readmePath = resolve('README.md');
const between = /(<!-- variables -->\n).*?(<!-- \/variables -->)/s;

test("README's table is what the configuration says; `npx vitest run test/config -u` writes it anew", async () => {
  const readme = await readFile(readmePath, 'utf8');
  expect(readme, 'the markers <!-- variables --> and <!-- /variables -->').toMatch(between);
  const upToDate = readme.replace(between, (_, start, end) => `${start}\n${renderTable()}\n\n${end}`);
  await expect(upToDate).toMatchFileSnapshot(readmePath);
});

test('a default that the table shows means just what an unset variable means', () => {
  for (const { name, defaultText } of documented) {
    if (defaultText === undefined) continue;
    expect(parseConfig({ [name]: defaultText }), name).toEqual(parseConfig({}));
  }
});

test('every variable has a description that is a sentence', () => {
  for (const { name, description } of documented) {
    expect(description, name).toMatch(/^[A-Z`].*\.$/s);
    expect(description, name).not.toContain('\n');
  }
});

test('a variable without a default in its column is optional', () => {
  expect(() => parseConfig({})).not.toThrow();
  expect(Object.keys(variables)).toEqual(documented.map(({ name }) => name));
});
