import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parseConfig } from '../../src/start/config.js';
import { variables } from '../../src/start/variables.js';
import { documented, renderTable } from './table.js';

const pagePath = resolve('docs/operating.md');
const between = /(<!-- variables -->\n).*?(<!-- \/variables -->)/s;

test('the table in docs/operating.md lists every variable as it is; `npx vitest run test/config -u` rewrites it', async () => {
  const page = await readFile(pagePath, 'utf8');
  expect(page, 'the markers <!-- variables --> and <!-- /variables -->').toMatch(between);
  const upToDate = page.replace(between, (_, start, end) => `${start}\n${renderTable()}\n\n${end}`);
  await expect(upToDate).toMatchFileSnapshot(pagePath);
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
