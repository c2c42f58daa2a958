import { expect, test } from 'vitest';
import { insertEmployee, insertPayment, userPassword } from '../../factories.js';
import { useBrowser } from '../browser.js';
import {
  admin,
  desktop,
  expectAccessible,
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
];
const adminPages = [
  ...readerPages,
  '/users',
  '/company',
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
  { name: 'a desktop, light', viewport: desktop, colorScheme: 'light' as const },
  { name: 'a phone, dark', viewport: phone, colorScheme: 'dark' as const },
  { name: 'a phone, light, in German', viewport: phone, colorScheme: 'light' as const, locale: 'de-DE' },
];
const cases = roles.flatMap((role) => looks.map((look) => ({ ...role, ...look })));

test.each(cases)('$username on $name: no finding on any page, and no violation', async (of) => {
  const { pages, username, password, name, ...look } = of;
  const context = await openContext(browser, look);
  const page = await logInAs(context, t.url, { username, password });
  for (const path of pages) {
    await page.goto(`${t.url}${path}`);
    await expectAccessible(page, `${path} as ${username} on ${name}`);
  }
  expectClean(context);
  await context.close();
});

test.each(looks)('the login and the dialogs on $name: no finding', async ({ name, ...look }) => {
  const context = await openContext(browser, look);
  const start = await context.newPage();
  await start.goto(t.url);
  await expectAccessible(start, `the login on ${name}`);
  await start.close();
  const page = await logInAs(context, t.url, admin);
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: /person|Person/ }).fill('n');
  await page.getByRole('option', { name: 'Nina Neumann' }).waitFor();
  await expectAccessible(page, `the palette on ${name}`);
  await page.goto(`${t.url}/users`);
  await isLoaded(page);
  await page.getByRole('button', { name: /^(Add a user|Benutzer anlegen)$/ }).click();
  await page.getByRole('dialog').waitFor();
  await expectAccessible(page, `a new user on ${name}`);
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

test('at 200 % no page is wider than the window, and each can be used', async () => {
  // What is left of a window of 1280 by 800.
  const context = await openContext(browser, { viewport: { width: 640, height: 400 } });
  const page = await logInAs(context, t.url, admin);
  for (const path of adminPages) {
    await page.goto(`${t.url}${path}`);
    await isLoaded(page);
    await expectNoWiderThanWindow(page, `${path} at 200 %`);
  }
  await context.close();
});

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
