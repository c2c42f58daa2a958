import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { insertEmployee } from '../../factories.js';
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

async function employeeNamed(name: string): Promise<string> {
  return insertEmployee(t.database, { name, salaryMinor: 500_000n, currency: 'EUR', unit: 'MONTH' });
}

async function paymentsTo(employeeId: string): Promise<number> {
  const rows = await t.database.sql('SELECT 1 FROM payments WHERE employee_id = $1', [employeeId]);
  return rows.length;
}

async function openForm(employeeId: string): Promise<Page> {
  const page = await logInAs(await openContext(browser), t.url, admin);
  await page.goto(`${t.url}/employees/${employeeId}/pay`);
  await isLoaded(page);
  return page;
}

const submit = (page: Page) => page.getByRole('button', { name: 'Issue the payment' });

test('by the keyboard alone somebody logs in, finds a person, and pays', async () => {
  const id = await employeeNamed('Kira Keyboard');
  const context = await openContext(browser);
  const page = await context.newPage();
  await page.goto(t.url);
  await page.getByLabel('Username').waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.type(admin.username);
  await page.keyboard.press('Tab');
  await page.keyboard.type(admin.password);
  await page.keyboard.press('Enter');
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('kira');
  await page.getByRole('option', { name: 'Kira Keyboard' }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Kira Keyboard' }).waitFor();
  await tabTo(page, 'Pay');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Pay Kira Keyboard' }).waitFor();
  await tabTo(page, 'Issue the payment');
  await page.keyboard.press('Enter');
  await page.getByText('€5,000.00 was paid to Kira Keyboard.').waitFor();
  await expectAccessibleInBoth(page, 'a payment that was made');
  expect(await paymentsTo(id)).toBe(1);

  await tabTo(page, 'Show the payment');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: '€5,000.00' }).waitFor();
  await tabTo(page, 'Void');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.type('Paid by mistake');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await page.getByText('Paid by mistake').waitFor();
  expect(await t.database.sql(`SELECT FROM audit_entries WHERE action = 'payment.voided'`)).toHaveLength(1);
  expectClean(context);
});

async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab');
    if ((await page.evaluate('document.activeElement.textContent')) === name) return;
  }
  throw new Error(`${name} cannot be reached`);
}

test('a double click pays once', async () => {
  const id = await employeeNamed('Dora Double');
  const page = await openForm(id);
  await submit(page).dblclick();
  await page.getByText('was paid to Dora Double').waitFor();
  expect(await paymentsTo(id)).toBe(1);
  await page.context().close();
});

test('when the answer is lost, a reload and another try pay once, and say so', async () => {
  const id = await employeeNamed('Lena Lost');
  const page = await openForm(id);
  await page.getByLabel('Note').fill('For the lost answer');
  await page.route('**/graphql', async (route) => {
    if (!route.request().postData()?.includes('issuePayment')) return route.continue();
    await route.fetch();
    await route.abort();
  });
  await submit(page).click();
  await page.getByText('It is not known yet whether the payment was made.').waitFor({ timeout: 60_000 });
  expect(await paymentsTo(id)).toBe(1);
  await page.unroute('**/graphql');
  await page.reload();
  await isLoaded(page);
  expect(await page.getByLabel('Note').inputValue()).toBe('For the lost answer');
  await submit(page).click();
  await page.getByText('This payment had been issued already').waitFor();
  expect(await paymentsTo(id)).toBe(1);
  await page.context().close();
});

test('days that are paid already are refused in a sentence, with nothing lost', async () => {
  const id = await employeeNamed('Anna Already');
  const page = await openForm(id);
  await submit(page).click();
  await page.getByRole('button', { name: 'Make another payment' }).click();
  await page.getByLabel('Note').fill('Once more');
  await submit(page).click();
  await page.getByText('A salary for some of these days has been paid already.').waitFor();
  await expectAccessibleInBoth(page, 'a payment that was refused');
  expect(await page.getByLabel('Note').inputValue()).toBe('Once more');
  expect(await paymentsTo(id)).toBe(1);
  await page.context().close();
});

test('an amount that is not valid is marked beside its field', async () => {
  const id = await employeeNamed('Bea Bad');
  const page = await openForm(id);
  await page.getByLabel('Amount').fill('12,5');
  await submit(page).click();
  await page.getByText('Enter a positive amount, such as 1250.00.').waitFor();
  expect(await page.getByLabel('Amount').getAttribute('aria-invalid')).toBe('true');
  expect(await page.getByLabel('Amount').inputValue()).toBe('12,5');
  expect(await paymentsTo(id)).toBe(0);
  await page.context().close();
});

test('in German, amounts are shown and typed with a comma', async () => {
  const id = await employeeNamed('Karla Komma');
  const page = await logInAs(await openContext(browser, { locale: 'de-DE' }), t.url, admin);
  await page.goto(`${t.url}/employees/${id}/pay`);
  await isLoaded(page);
  const amount = page.getByLabel('Betrag');
  expect(await amount.inputValue()).toBe('5000,00');
  await amount.fill('12,5,0');
  await page.getByRole('button', { name: 'Zahlung ausführen' }).click();
  await page.getByText('Geben Sie einen positiven Betrag ein, etwa 1250,00.').waitFor();
  await amount.fill('4.999,50');
  await page.getByRole('button', { name: 'Zahlung ausführen' }).click();
  await page.getByText('4.999,50 € wurden an Karla Komma gezahlt.').waitFor();
  const paid = await t.database.sql(
    'SELECT amount_minor::int AS amount FROM payments WHERE employee_id = $1',
    [id],
  );
  expect(paid).toEqual([{ amount: 499_950 }]);

  await page.goto(`${t.url}/employees/${id}/edit`);
  await isLoaded(page);
  await page.getByRole('button', { name: 'Speichern' }).click();
  await page.getByText('Es hat sich nichts geändert.').waitFor();
  await page.getByLabel('Gehalt', { exact: true }).fill('5.250,75');
  await page.getByRole('button', { name: 'Speichern' }).click();
  await page.getByText('5.250,75 € pro Monat').waitFor();
  await page.context().close();
});

test.each([
  ['en-GB', 'EUR', 'Enter a positive amount, such as 1250.00.'],
  ['en-DK', 'EUR', 'Enter a positive amount, such as 1250,00.'],
  ['de-CH', 'EUR', 'Geben Sie einen positiven Betrag ein, etwa 1250.00.'],
  ['de-DE', 'JPY', 'Geben Sie einen positiven Betrag ein, etwa 1250.'],
])('in %s, an amount in %s is asked for as it is typed there', async (locale, currency, sentence) => {
  const id = await insertEmployee(t.database, { currency });
  const page = await logInAs(await openContext(browser, { locale }), t.url, admin);
  await page.goto(`${t.url}/employees/${id}/pay`);
  await isLoaded(page);
  await page.getByLabel(/^(Amount|Betrag)$/).fill('much');
  await page.getByRole('button', { name: /^(Issue the payment|Zahlung ausführen)$/ }).click();
  await page.getByText(sentence, { exact: true }).waitFor();
  await page.context().close();
});

test('a payment is voided with a reason, and paid again in its place', async () => {
  const id = await employeeNamed('Vic Void');
  const page = await openForm(id);
  await submit(page).click();
  await page.getByRole('link', { name: 'Show the payment' }).click();
  await page.getByRole('button', { name: 'Void' }).click();
  await expectAccessibleInBoth(page, 'the dialog that voids');
  await page.getByRole('button', { name: 'Void the payment' }).click();
  await page.getByText('Fill in this field.').waitFor();
  await page.getByLabel('Reason').fill('The wrong month');
  await page.getByRole('button', { name: 'Void the payment' }).click();
  await page.getByText('The wrong month').waitFor();
  await page.getByRole('link', { name: 'Pay a replacement' }).click();
  await submit(page).click();
  await page.getByText('was paid to Vic Void').waitFor();
  const rows = await t.database.sql<{ replaces: boolean }>(
    'SELECT replaces IS NOT NULL AS replaces FROM payments WHERE employee_id = $1 ORDER BY 1',
    [id],
  );
  expect(rows).toEqual([{ replaces: false }, { replaces: true }]);
  await page.context().close();
});
