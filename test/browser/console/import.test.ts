import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { userPassword } from '../../factories.js';
import { useBrowser } from '../browser.js';
import {
  admin,
  expectAccessibleInBoth,
  expectClean,
  isLoaded,
  logInAs,
  openContext,
  useConsole,
} from './support.js';

const browser = await useBrowser();
const t = await useConsole();

const header = 'name,email,title,department,hired_on,salary,currency,salary_unit';
const good = `${header}\nIda Import,ida@example.com,Engineer,Design,2026-01-01,4000.00,EUR,MONTH\nIvo Import,ivo@example.com,Engineer,Design,2026-01-01,4000.00,EUR,MONTH\n`;
const bad = `${header}\nIda Import,ida@example.com,Engineer,Design,2026-01-01,much,EUR,MONTH\nIvo Import,no address,Engineer,Design,2026-13-01,4000.00,EUR,MONTH\n`;

const choose = (page: Page, text: string | Buffer) =>
  page.getByLabel('CSV file').setInputFiles({
    name: 'employees.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(text),
  });

test('a file is checked first, with all problems by line and column, then imported, once', async () => {
  const context = await openContext(browser);
  const page = await logInAs(context, t.url, admin);
  const check = page.getByRole('button', { name: 'Check the file' });
  const imported = async () =>
    (await t.database.sql(`SELECT name FROM employees WHERE department = 'Design' ORDER BY name`)).length;
  await page.getByRole('link', { name: 'Import', exact: true }).click();
  await expectAccessibleInBoth(page, 'the import');
  await check.click();
  await page.getByText('Choose a file.').waitFor();

  await choose(page, Buffer.from('name\nJ\xfcrgen\n', 'latin1'));
  await check.click();
  await page.getByText('This file is not in UTF-8.').waitFor();

  await choose(page, bad);
  await check.click();
  await page.getByText('3 problems were found. Nothing was written.').waitFor();
  const rows = page.getByRole('table').getByRole('row');
  expect(await rows.nth(1).getByRole('cell').first().textContent()).toBe('2');
  expect(await rows.nth(1).getByRole('cell').nth(1).textContent()).toBe('salary');
  expect(await rows.count()).toBe(4);
  expect(await page.getByRole('button', { name: /^Import / }).count()).toBe(0);
  await expectAccessibleInBoth(page, 'the problems of a file');

  await choose(page, good);
  await check.click();
  await page.getByText('No problem was found. Nothing has been written yet.').waitFor();
  await expectAccessibleInBoth(page, 'a file without a problem');
  expect(await imported()).toBe(0);
  await page.getByRole('button', { name: 'Import 2 lines' }).click();
  await page.getByText('2 lines were imported.').waitFor();
  await expectAccessibleInBoth(page, 'a file that was imported');
  expect(await imported()).toBe(2);

  await check.click();
  await page.getByText('Nothing changes: all of this was imported before.').waitFor();
  expect(await page.getByRole('button', { name: /^Import / }).count()).toBe(0);
  expectClean(context);
  await context.close();
});

test('who is no admin is shown no import', async () => {
  const context = await openContext(browser);
  const page = await logInAs(context, t.url, { username: 'vera', password: userPassword });
  expect(await page.getByRole('link', { name: 'Import', exact: true }).count()).toBe(0);
  await page.goto(`${t.url}/import`);
  await isLoaded(page);
  await page.getByRole('heading', { level: 1, name: 'There is no such page' }).waitFor();
  await context.close();
});
