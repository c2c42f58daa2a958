import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { insertEmployee, insertPayment, userPassword } from '../../factories.js';
import { run } from '../../pay-runs/support.js';
import { useBrowser } from '../browser.js';
import {
  admin,
  desktop,
  expectAccessibleInBoth,
  expectClean,
  expectNoWiderThanWindow,
  isLoaded,
  logInAs,
  openContext,
  phone,
  useConsole,
} from './support.js';

const browser = await useBrowser();
const t = await useConsole();
const own = t.employee.employeeId;
const other = await insertEmployee(t.database, { name: 'Nina Neumann', email: 'nina@example.com' });
const period: [string, string] = ['2026-10-01', '2026-10-31'];
const payment = await insertPayment(t.database, {
  employeeId: own,
  kind: 'SALARY',
  period,
  note: 'For October',
});
await insertPayment(t.database, { employeeId: other, voided: true });

const ownPages = ['/payments', `/payments/${payment}`, `/employees/${own}`, '/account'];
const readerPages = [
  ...ownPages,
  '/',
  '/employees',
  '/employees?search=nobody',
  `/employees/${other}`,
  '/payments/none-such',
  '/pay-runs',
  '/components',
  '/company',
];
const adminPages = [
  ...readerPages,
  '/users',
  '/audit',
  '/import',
  '/employees/new',
  `/employees/${other}/edit`,
  `/employees/${other}/pay`,
];

const roles = [
  { ...admin, pages: adminPages },
  { username: 'vera', password: userPassword, pages: readerPages },
  { username: 'emil', password: userPassword, pages: ownPages },
];
const looks = [
  { name: 'a desktop', viewport: desktop },
  { name: 'a phone', viewport: phone },
  { name: 'a phone, in German', viewport: phone, locale: 'de-DE' },
];
const cases = roles.flatMap((role) => looks.map((look) => ({ ...role, ...look })));

test.each(cases)('$username on $name: no finding on any page, and no violation', async (of) => {
  const { pages, username, password, name, ...look } = of;
  const context = await openContext(browser, look);
  const page = await logInAs(context, t.url, { username, password });
  for (const path of pages) {
    await page.goto(`${t.url}${path}`);
    await expectAccessibleInBoth(page, `${path} as ${username} on ${name}`);
  }
  expectClean(context);
  await context.close();
});

test.each(looks)('the login and the dialogs on $name: no finding', async ({ name, ...look }) => {
  const context = await openContext(browser, look);
  const start = await context.newPage();
  await start.goto(t.url);
  await expectAccessibleInBoth(start, `the login on ${name}`);
  await start.close();
  const page = await logInAs(context, t.url, admin);
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: /person|Person/ }).fill('n');
  await page.getByRole('option', { name: 'Nina Neumann' }).waitFor();
  await expectAccessibleInBoth(page, `the palette on ${name}`);
  await page.goto(`${t.url}/users`);
  await isLoaded(page);
  await page.getByRole('button', { name: /^(Add a user|Benutzer anlegen)$/ }).click();
  await page.getByRole('dialog').waitFor();
  await expectAccessibleInBoth(page, `a new user on ${name}`);
  expectClean(context);
  await context.close();
});

test('an employee and a viewer are shown no way to what they may not do', async () => {
  for (const username of ['emil', 'vera']) {
    const context = await openContext(browser);
    const page = await logInAs(context, t.url, { username, password: userPassword });
    await page.goto(`${t.url}/employees/${own}`);
    await isLoaded(page);
    expect(await page.getByRole('link', { name: /^(Edit|Pay|Users)$/ }).count(), username).toBe(0);
    expect(await page.getByRole('button', { name: 'Add a user' }).count(), username).toBe(0);
    if (username === 'emil') {
      await page.goto(`${t.url}/employees/${other}`);
      await page.getByRole('heading', { level: 1, name: 'There is no such employee' }).waitFor();
    }
    await context.close();
  }
});

test.each(['edit', 'pay'])(
  'a viewer who opens .../%s is told who may, with a way to the record',
  async (action) => {
    const context = await openContext(browser);
    const page = await logInAs(context, t.url, { username: 'vera', password: userPassword });
    await page.goto(`${t.url}/employees/${other}/${action}`);
    await page.getByRole('heading', { level: 1, name: 'Only an admin can do this' }).waitFor();
    expect(await page.getByText('There is no such employee').count()).toBe(0);
    await expectAccessibleInBoth(page, `${action} as a viewer`);
    await page.getByRole('link', { name: 'Show the record of Nina Neumann' }).click();
    await page.getByRole('heading', { level: 1, name: 'Nina Neumann' }).waitFor();
    expectClean(context);
    await context.close();
  },
);

test('at 200 % no page is wider than the window, and each can be used', async () => {
  const { token } = await t.account('paula', 'ADMIN');
  const month = { start: '2026-09-01', end: '2026-09-30' };
  const { id: runId } = await run(t, 'draft', { input: { period: month, payDate: month.end } }, { token });
  const context = await openContext(browser, { viewport: atDouble });
  const page = await logInAs(context, t.url, admin);
  for (const path of [...adminPages, `/pay-runs/${runId}`]) {
    await page.goto(`${t.url}${path}`);
    await expectAccessibleInBoth(page, `${path} at 200 %`);
  }
  await page.getByRole('button', { name: 'Nina Neumann' }).click();
  await expectInReach(page, page.getByRole('button', { name: 'Enter the line' }), 'an item');

  await page.goto(`${t.url}/import`);
  await page.getByLabel('CSV file').setInputFiles({
    name: 'people.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('name,email\nA,a\n'),
  });
  await page.getByRole('button', { name: 'Check the file' }).click();
  await page.getByText(/problems? (was|were) found/).waitFor();
  await expectInReach(page, page.getByRole('row').last(), 'the problems of a file');

  await page.goto(`${t.url}/audit`);
  await page.getByLabel('What').selectOption('pay_run.drafted');
  await page.getByRole('button', { name: 'Apply' }).click();
  await expectInReach(
    page,
    page.getByText('1 Sept 2026 – 30 Sept 2026').first(),
    'a change in the audit log',
  );
  expectClean(context);
  await context.close();
});

/** What is left of a window of 1280 by 800. */
const atDouble = { width: 640, height: 400 };

async function expectInReach(page: Page, of: Locator, what: string): Promise<void> {
  await of.scrollIntoViewIfNeeded();
  const box = await of.boundingBox();
  expect(box?.y, what).toBeLessThan(atDouble.height);
  expect((box?.x ?? -1) + 1, what).toBeGreaterThan(0);
  await expectAccessibleInBoth(page, `${what} at 200 %`);
}

test('a payment is printed without what is for the screen, in light colours', async () => {
  const context = await openContext(browser, { colorScheme: 'dark' });
  const page = await logInAs(context, t.url, admin);
  await page.goto(`${t.url}/payments/${payment}`);
  await isLoaded(page);
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  await page.getByRole('heading', { name: '€100.00' }).waitFor();
  for (const role of ['navigation', 'button', 'spinbutton', 'textbox'] as const) {
    expect(await page.getByRole(role).count(), `${role} in print`).toBe(0);
  }
  expect(await page.evaluate(`getComputedStyle(document.querySelector('h1')).color`)).toBe('rgb(26, 29, 36)');
  await expectNoWiderThanWindow(page, 'a payment in print');
  await context.close();
});

test("a person's year is printed with all of its payments and totals, and nothing else of the screen", async () => {
  const id = await insertEmployee(t.database, { name: 'Yara Year' });
  for (let month = 0; month < 60; month++) {
    const issuedAt = new Date(Date.UTC(2025, month % 12, 1 + (month % 28), 12));
    await insertPayment(t.database, { employeeId: id, amountMinor: 100n, issuedAt });
  }
  const context = await openContext(browser, { colorScheme: 'dark' });
  const page = await logInAs(context, t.url, admin);
  await page.goto(`${t.url}/employees/${id}?year=2025`);
  await isLoaded(page);
  const pages = await pagesOf(page);
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  await page.setViewportSize(paper);
  for (const role of ['navigation', 'button', 'spinbutton', 'textbox', 'search'] as const) {
    expect(await page.getByRole(role).count(), `${role} in print`).toBe(0);
  }
  await page.getByRole('heading', { name: 'Payments of 2025' }).waitFor();
  await page.getByText('€60.00').waitFor();
  const list = page.getByRole('group', { name: 'Payments' });
  expect(await list.getByRole('row').count()).toBe(61);
  // None is in a box that scrolls.
  const [box, last] = [await list.boundingBox(), await list.getByRole('row').last().boundingBox()];
  expect((last?.y ?? 0) + (last?.height ?? 0)).toBeLessThanOrEqual((box?.y ?? 0) + (box?.height ?? 0) + 1);
  await expectNoWiderThanWindow(page, 'a year in print');
  const dark = `[...document.querySelectorAll('main, main *')].filter((element) => {
    const [r, g, b, a = 1] = getComputedStyle(element).backgroundColor.match(/[\\d.]+/g).map(Number);
    return element.getClientRects().length > 0 && a > 0 && r + g + b < 600;
  }).map((element) => element.className)`;
  expect(await page.evaluate(dark)).toEqual([]);
  expect(pages).toBeGreaterThanOrEqual(2);
  await context.close();
});

/** A4 with margins, in CSS pixels. */
const paper = { width: 718, height: 1047 };

/** How many sheets a page is printed on. */
async function pagesOf(page: Page): Promise<number> {
  const pdf = await page.pdf({ format: 'A4' });
  return pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length ?? 0;
}

test('the totals of payments are those of all that the filter matches', async () => {
  for (let count = 0; count < 60; count++)
    await insertPayment(t.database, { employeeId: other, kind: 'EXPENSE', amountMinor: 200n });
  const context = await openContext(browser);
  const page = await logInAs(context, t.url, admin);
  await page.goto(`${t.url}/payments?kind=EXPENSE`);
  await page.getByText('50 of 60').waitFor();
  await page.getByRole('heading', { name: 'Totals of all these payments' }).waitFor();
  await page.getByText('€120.00').waitFor();
  await context.close();
});
