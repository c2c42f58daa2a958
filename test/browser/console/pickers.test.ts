import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { logIn } from '../../client.js';
import { expectData } from '../../expect.js';
import { insertEmployee, insertUser } from '../../factories.js';
import { useBrowser } from '../browser.js';
import {
  admin,
  expectAccessibleInBoth,
  expectClean,
  isLoaded,
  logInAs,
  openContext,
  phone,
  useConsole,
} from './support.js';

const browser = await useBrowser();
const t = await useConsole();
const nina = await insertEmployee(t.database, { name: 'Nina Neumann', email: 'nina@example.com' });
const other = await insertEmployee(t.database, { name: 'Nina Neumann', email: 'n.neumann@example.com' });
await insertUser(t.database, { username: 'clara', role: 'VIEWER' });

async function open(path: string, viewport?: typeof phone): Promise<Page> {
  const page = await logInAs(await openContext(browser, viewport && { viewport }), t.url, admin);
  await page.goto(`${t.url}${path}`);
  await isLoaded(page);
  return page;
}

async function close(page: Page): Promise<void> {
  expectClean(page.context());
  await page.context().close();
}

async function employeeOf(username: string): Promise<unknown> {
  const [row] = await t.database.sql('SELECT employee_id AS id FROM users WHERE username = $1', [username]);
  return row?.id;
}

test("a user's employee is found by name or address, by the keyboard alone, and taken away again", async () => {
  const page = await open('/users');
  await page.getByRole('button', { name: 'Edit clara' }).click();
  const dialog = page.getByRole('dialog');
  const field = dialog.getByRole('combobox', { name: 'Employee' });
  await field.focus();
  await page.keyboard.type('neumann');
  await dialog.getByRole('option', { name: 'Nina Neumann n.neumann@example.com' }).waitFor();
  expect(await field.getAttribute('aria-expanded')).toBe('true');
  await expectAccessibleInBoth(page, 'employees to choose from');
  await page.keyboard.press('ArrowDown');
  const active = await field.getAttribute('aria-activedescendant');
  expect(await page.locator(`[id="${active}"]`).getAttribute('aria-selected')).toBe('true');
  await page.keyboard.press('Enter');
  expect(await field.inputValue()).toBe('Nina Neumann');
  expect(await field.getAttribute('aria-expanded')).toBe('false');
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
  expect(await employeeOf('clara')).toBe(other);

  await page.getByRole('button', { name: 'Edit clara' }).click();
  expect(await field.inputValue()).toBe('Nina Neumann');
  await field.fill('');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'detached' });
  expect(await employeeOf('clara')).toBe(null);
  await close(page);
});

test('a name that is typed and not chosen is marked beside its field, and saves nothing', async () => {
  const page = await open('/users');
  await page.getByRole('button', { name: 'Edit clara' }).click();
  const dialog = page.getByRole('dialog');
  const field = dialog.getByRole('combobox', { name: 'Employee' });
  await field.fill('nobody at all');
  await dialog.getByText('Nothing found.').waitFor();
  await page.keyboard.press('Escape');
  expect(await field.getAttribute('aria-expanded')).toBe('false');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText('Choose one from the list').waitFor();
  expect(await field.getAttribute('aria-invalid')).toBe('true');
  expect(await field.inputValue()).toBe('nobody at all');
  await expectAccessibleInBoth(page, 'a name that was not chosen');
  await field.fill('emil');
  await dialog.getByRole('option', { name: 'emil@example.com' }).waitFor();
  await page.keyboard.press('Enter');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText('Another user is this person already.').waitFor();
  await close(page);
});

test('the audit log is searched by whom it is of and about, by name, and the URL keeps the choice', async () => {
  const edit = `mutation { editEmployee(input: { id: "${nina}", version: 1, title: "Architect" }) { employee { id } } }`;
  const token = await logIn(t.url, admin.username, admin.password);
  expectData(await t.gql(edit, {}, { token }));
  const page = await open('/audit');
  const who = page.getByRole('combobox', { name: 'Who', exact: true });
  await who.fill('ADM');
  await page.getByRole('option', { name: 'admin' }).click();
  await page.getByRole('combobox', { name: 'To whom' }).fill('nina@');
  await page.getByRole('option', { name: 'Nina Neumann nina@example.com' }).waitFor();
  await expectAccessibleInBoth(page, 'subjects to choose from');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.getByText('1 of 1').waitFor();
  expect(new URL(page.url()).searchParams.get('subject')).toBe(nina);
  await page.reload();
  await page.getByText('1 of 1').waitFor();
  expect(await who.inputValue()).toBe('admin');
  expect(await page.getByRole('combobox', { name: 'To whom' }).inputValue()).toBe('Nina Neumann');
  await page.getByRole('link', { name: 'Clear filters' }).click();
  await page
    .getByRole('row', { name: /Logged in/ })
    .first()
    .waitFor();
  expect(await who.inputValue()).toBe('');
  await who.fill('nobody');
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.getByText('Choose one from the list').waitFor();
  expect(new URL(page.url()).search).toBe('');
  await close(page);
});

test('users are found by a part of the name, on a phone too', async () => {
  const page = await open('/users', phone);
  await page.getByRole('searchbox', { name: 'Username' }).fill('CLA');
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.getByText('1 of 1').waitFor();
  await page.getByRole('cell', { name: 'clara', exact: true }).waitFor();
  await page.goto(`${t.url}/audit`);
  await page.getByRole('combobox', { name: 'To whom' }).fill('e');
  await page.getByRole('option', { name: /nina@example.com/ }).waitFor();
  await expectAccessibleInBoth(page, 'subjects to choose from on a phone');
  await close(page);
});

test('the palette finds pages as well, and the arrows reach whatever it has found', async () => {
  const page = await open('/account');
  await page.keyboard.press('Control+k');
  const dialog = page.getByRole('dialog', { name: 'Search' });
  await dialog.getByRole('option', { name: 'Pay runs' }).waitFor();
  const options = await dialog.getByRole('option').count();
  for (let press = 1; press < options; press++) await page.keyboard.press('ArrowDown');
  const last = dialog.getByRole('option').last();
  expect(await last.getAttribute('aria-selected')).toBe('true');
  await page.keyboard.press('ArrowDown');
  expect(await last.getAttribute('aria-selected')).toBe('false');
  await page.keyboard.type('pay r');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Pay runs' }).waitFor();
  await page.keyboard.press('Control+k');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await close(page);
});
