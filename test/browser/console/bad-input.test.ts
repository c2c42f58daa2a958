import type { Locator, Page } from 'playwright-core';
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

async function open(path: string, locale = 'en-GB'): Promise<Page> {
  const page = await logInAs(await openContext(browser, { locale }), t.url, admin);
  await page.goto(`${t.url}${path}`);
  await isLoaded(page);
  return page;
}

async function close(page: Page): Promise<void> {
  expectClean(page.context());
  await page.context().close();
}

/** The sentence is the field's own, and no other field is said to be wrong. */
async function expectFault(page: Page, field: Locator, sentence: string | RegExp): Promise<void> {
  await page.getByText(sentence).waitFor();
  expect(await field.getAttribute('aria-invalid')).toBe('true');
  const described = (await field.getAttribute('aria-describedby'))?.split(' ') ?? [];
  const texts = await Promise.all(described.map((id) => page.locator(`[id="${id}"]`).textContent()));
  expect(texts.join(' ')).toMatch(sentence);
  expect(await page.locator('[aria-invalid=true]').count()).toBe(1);
}

test('days outside of an employment are asked for beside the days, with nothing lost', async () => {
  const id = await insertEmployee(t.database, { hiredOn: '2026-01-15' });
  const page = await open(`/employees/${id}/pay`);
  await page.getByLabel('Amount').fill('12.50');
  await page.getByLabel('First day').fill('2026-01-01');
  await page.getByLabel('Last day').fill('2026-01-31');
  await page.getByLabel('Note').fill('The first month');
  await page.getByRole('button', { name: 'Issue the payment' }).click();
  await expectFault(page, page.getByLabel('First day'), /^Choose days of the employment/);
  expect(await page.getByLabel('Note').inputValue()).toBe('The first month');
  await expectAccessibleInBoth(page, 'days outside of an employment');
  await close(page);
});

test('an amount far above the salary is questioned beside the amount', async () => {
  const id = await insertEmployee(t.database, { salaryMinor: 100_000n, currency: 'EUR', unit: 'MONTH' });
  const page = await open(`/employees/${id}/pay`);
  await page.getByLabel('Amount').fill('5000.00');
  await page.getByRole('button', { name: 'Issue the payment' }).click();
  await expectFault(
    page,
    page.getByRole('textbox', { name: 'Amount' }),
    /more than a fifth above the salary/,
  );
  await page.getByLabel('The amount is right').check();
  await page.getByRole('button', { name: 'Issue the payment' }).click();
  await page.getByText('€5,000.00 was paid').waitFor();
  await close(page);
});

test('a bonus for somebody who has left is refused by a sentence that says why, and not by marked fields', async () => {
  const id = await insertEmployee(t.database, { terminatedOn: '2026-01-31' });
  const page = await open(`/employees/${id}/pay`, 'de-DE');
  await page.getByLabel('Wofür').selectOption('BONUS');
  await page.getByLabel('Betrag').fill('100,00');
  await page.getByRole('button', { name: 'Zahlung ausführen' }).click();
  await page.getByText('Diese Person ist heute nicht beschäftigt').waitFor();
  expect(await page.getByText('markierten Felder').count()).toBe(0);
  expect(await page.getByLabel('Betrag').inputValue()).toBe('100,00');
  await close(page);
});

test('a salary from a day before the employment is marked at the day only', async () => {
  const id = await insertEmployee(t.database, { hiredOn: '2026-01-15' });
  const page = await open(`/employees/${id}/edit`);
  await page.getByLabel('New salary from').fill('2020-01-01');
  await page.getByRole('button', { name: 'Save' }).click();
  await expectFault(page, page.getByLabel('New salary from'), 'Choose a day of the employment.');
  await close(page);
});

test('a last day before the first is told in the reader’s language', async () => {
  const id = await insertEmployee(t.database, { hiredOn: '2026-01-15' });
  const page = await open(`/employees/${id}`, 'de-DE');
  await page.getByRole('button', { name: 'Letzten Tag festlegen' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Letzter Tag').fill('2025-12-31');
  await dialog.getByRole('button', { name: 'Letzten Tag festlegen' }).click();
  await expectFault(page, dialog.getByLabel('Letzter Tag'), /darf nicht vor dem ersten liegen/);
  await close(page);
});

test('a period that ends before it begins, and a day that is missing, are marked in the draft of a run', async () => {
  const page = await open('/pay-runs');
  await page.getByRole('main').getByRole('button', { name: 'Draft a pay run' }).first().click();
  const dialog = page.getByRole('dialog');
  const submit = dialog.getByRole('button', { name: 'Draft a pay run' });
  await dialog.getByLabel('From').fill('2026-09-30');
  await dialog.getByLabel('To', { exact: true }).fill('2026-09-01');
  await submit.click();
  await expectFault(page, dialog.getByLabel('From'), /^The first day must not be after the last/);
  await dialog.getByLabel('To', { exact: true }).fill('');
  await submit.click();
  await expectFault(page, dialog.getByLabel('To', { exact: true }), 'Enter a day.');
  await close(page);
});

test('a line that cannot be entered says what an amount and units look like', async () => {
  await insertEmployee(t.database, { name: 'Lina Line', currency: 'EUR', hiredOn: '2026-01-01' });
  const page = await open('/pay-runs', 'de-DE');
  await page.getByRole('main').getByRole('button', { name: 'Lohnlauf entwerfen' }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Lohnlauf entwerfen' }).click();
  await page.getByRole('button', { name: 'Lina Line' }).click();
  const dialog = page.getByRole('dialog');
  const enter = dialog.getByRole('button', { name: 'Zeile eingeben' });
  await dialog.getByLabel('Bestandteil').fill('SALARY');
  await dialog.getByRole('textbox', { name: 'Betrag' }).fill('viel');
  await enter.click();
  await expectFault(page, dialog.getByRole('textbox', { name: 'Betrag' }), /etwa 1250,00\.$/);
  await dialog.getByLabel('Eingeben', { exact: true }).selectOption('units');
  await dialog.getByRole('textbox', { name: 'Einheiten' }).fill('viel');
  await enter.click();
  await expectFault(page, dialog.getByRole('textbox', { name: 'Einheiten' }), /etwa 7,5\./);
  expect(await dialog.getByLabel('Bestandteil').inputValue()).toBe('SALARY');
  await close(page);
});
