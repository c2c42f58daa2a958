import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { insertEmployee, insertPayment } from '../../factories.js';
import { useBrowser } from '../browser.js';
import {
  admin,
  desktop,
  expectAccessibleInBoth,
  isLoaded,
  logInAs,
  openContext,
  phone,
  useConsole,
} from './support.js';

const browser = await useBrowser();
const t = await useConsole();
const tablet = { width: 768, height: 1024 };
const period: [string, string] = ['2026-10-01', '2026-10-31'];
for (const [currency, amountMinor] of [
  ['EUR', 850_000n],
  ['BHD', 985_750n],
  ['JPY', 390_000n],
] as const) {
  const employeeId = await insertEmployee(t.database, { currency, department: `Works in ${currency}` });
  await insertPayment(t.database, { employeeId, kind: 'SALARY', currency, amountMinor, period });
}

async function open(path: string, viewport = desktop): Promise<Page> {
  const page = await logInAs(await openContext(browser, { viewport }), t.url, admin);
  await page.goto(`${t.url}${path}`);
  await isLoaded(page);
  return page;
}

const backgroundOf = (page: Page, selector: string): Promise<string> =>
  page.evaluate(`getComputedStyle(document.querySelector('${selector}')).backgroundColor`);

const boxesOf = async (of: Locator) =>
  Promise.all((await of.all()).map(async (one) => (await one.boundingBox()) ?? expect.fail('not in view')));

test('a notice has the colour of what it says', async () => {
  const page = await open('/users');
  await page.getByRole('button', { name: 'Add a user' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByRole('alert').waitFor();
  expect(await backgroundOf(page, 'dialog [role=alert]')).toBe('rgb(254, 241, 240)');
  await dialog.getByText('Fill in this field.').waitFor();
  await expectAccessibleInBoth(page, 'a user that was refused');
  await dialog.getByLabel('Username').fill('clara');
  await dialog.getByLabel('Password').fill('correct-horse-battery-9');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByText('clara can log in now.').waitFor();
  await page.emulateMedia({ colorScheme: 'light' });
  expect(await backgroundOf(page, 'main [role=status]')).toBe('rgb(232, 246, 238)');
  await expectAccessibleInBoth(page, 'a user that was added');
  await page.context().close();
});

test('amounts of two digits, three and none have their decimal signs below each other', async () => {
  const page = await open('/payments');
  const fractions = await boxesOf(page.locator('td [data-digits]'));
  expect(fractions.length).toBe(3);
  expect(new Set(fractions.map(({ x }) => Math.round(x))).size).toBe(1);
  await page.context().close();
});

test('a day, a period and a name are not broken over lines, and controls stand in one line', async () => {
  const page = await open('/payments', phone);
  const [row] = await boxesOf(page.getByRole('row', { name: /EUR/ }));
  expect(row?.height).toBeLessThan(60);
  await page.setViewportSize({ width: 1600, height: 800 });
  const controls = await boxesOf(page.locator('search').locator('input, select'));
  expect(controls.length).toBe(5);
  expect(new Set(controls.map(({ y, height }) => `${y} ${height}`)).size).toBe(1);
  await page.context().close();
});

test.each([phone, tablet, desktop])('a chart has the type of the page at $width pixels', async (viewport) => {
  const page = await open('/', viewport);
  const name = page.getByRole('img', { name: /^Paid by month/ }).getByText('Nov 2026');
  const [box] = await boxesOf(name);
  expect(box?.height).toBeCloseTo(21, 0);
  await page.context().close();
});

test('the overview counts who starts, who leaves and who has no account, however many there are', async () => {
  const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  for (let count = 0; count < 9; count++)
    await insertEmployee(t.database, { name: `Starter ${count}`, hiredOn: day(20) });
  await insertEmployee(t.database, { name: 'Lea Leaves', terminatedOn: day(20) });
  await insertEmployee(t.database, { name: 'Lars Left', terminatedOn: day(-20) });
  const page = await open('/');
  const list = (name: RegExp) => page.getByRole('region', { name });
  await list(/^Who starts \(9\)$/)
    .getByText('Starter 0')
    .waitFor();
  expect(
    await list(/^Who starts/)
      .getByRole('listitem')
      .count(),
  ).toBe(8);
  await list(/^Who leaves \(1\)$/)
    .getByText('Lea Leaves')
    .waitFor();
  // All but who has left.
  const { length } = await t.database.sql(`SELECT FROM employees WHERE name <> 'Lars Left'`);
  await list(new RegExp(`^Who has no bank account \\(${length}\\)$`))
    .getByRole('link', { name: 'Show all' })
    .click();
  await page.getByText(`${length - 9} of ${length - 9}`).waitFor();
  await page.getByLabel('Only').selectOption('leaving');
  await page.getByLabel('Status').selectOption('');
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.getByText('1 of 1', { exact: true }).waitFor();
  await page.context().close();
});

test('the charts, and the tables behind them, are there for each currency', async () => {
  const page = await open('/');
  await page.getByLabel('Currency').selectOption('JPY');
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.getByRole('heading', { name: 'Paid by department this year (JPY)' }).waitFor();
  expect(new URL(page.url()).search).toBe('?currency=JPY');
  await page.getByRole('img', { name: /^Paid by department this year: Works in JPY, JP¥390,000$/ }).waitFor();
  await page.getByText('Show as a table').last().click();
  await page.getByRole('cell', { name: 'Works in JPY' }).waitFor();
  await expectAccessibleInBoth(page, 'the charts of another currency');
  await page.context().close();
});
