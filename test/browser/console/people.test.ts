import { expect, test } from 'vitest';
import { insertPayment } from '../../factories.js';
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

test('an admin hires somebody, ends the employment, and hires the same person again', async () => {
  const context = await openContext(browser);
  const page = await logInAs(context, t.url, admin);
  const dialog = page.getByRole('dialog');
  await page.goto(`${t.url}/employees/new`);
  await isLoaded(page);
  for (const [label, value] of [
    ['Name', 'Rita Return'],
    ['Email', 'rita@example.com'],
    ['Title', 'Engineer'],
    ['Department', 'Design'],
    ['First day', '2024-01-01'],
    ['Salary', '4000.00'],
    ['Currency', 'EUR'],
  ] as const) {
    await page.getByLabel(label, { exact: true }).fill(value);
  }
  await page.getByRole('button', { name: 'Hire' }).click();
  await page.getByRole('heading', { level: 1, name: 'Rita Return' }).waitFor();
  await page.getByRole('button', { name: 'Set the last day' }).click();
  await expectAccessibleInBoth(page, 'the end of an employment');
  await dialog.getByLabel('Last day').fill('2024-12-31');
  await dialog.getByRole('button', { name: 'Set the last day' }).click();
  await page.getByText('Left', { exact: true }).waitFor();

  await page.getByRole('button', { name: 'Hire again' }).click();
  expect(await dialog.getByLabel('Salary').inputValue()).toBe('4000.00');
  await dialog.getByLabel('First day').fill('2024-06-01');
  await dialog.getByRole('button', { name: 'Hire again' }).click();
  await dialog.getByText('Something here is not valid.').waitFor();
  expect(await dialog.getByLabel('First day').getAttribute('aria-invalid')).toBe('true');
  await expectAccessibleInBoth(page, 'somebody to hire again');
  await dialog.getByLabel('First day').fill('2025-03-01');
  await dialog.getByLabel('Salary').fill('4500.00');
  await dialog.getByRole('button', { name: 'Hire again' }).click();
  await page.getByText('Active', { exact: true }).waitFor();
  await page.getByText('1 Jan 2024 – 31 Dec 2024').waitFor();
  await page.getByText('€4,500.00 per month').waitFor();
  const rows = await t.database.sql(
    `SELECT started_on::text AS started FROM employments e JOIN employees p ON p.id = e.employee_id
     WHERE p.email = 'rita@example.com' ORDER BY 1`,
  );
  expect(rows).toEqual([{ started: '2024-01-01' }, { started: '2025-03-01' }]);
  expectClean(context);
  await context.close();
});

test("more than 100 payments of one person are paged, and a year's fit on a page of their own", async () => {
  const id = t.employee.employeeId;
  for (let index = 0; index < 105; index++) {
    await insertPayment(t.database, {
      employeeId: id,
      amountMinor: 100n,
      issuedAt: new Date(Date.UTC(index < 3 ? 2024 : 2025, 0, 1 + (index % 300), 12)),
    });
  }
  const context = await openContext(browser);
  const page = await logInAs(context, t.url, admin);
  await page.goto(`${t.url}/employees/${id}`);
  await page.getByText('100 of 105').waitFor();
  await page.getByText('Totals of this page').waitFor();
  // The head of a long table stays in view, and digits stand below each other.
  const list = page.getByRole('group', { name: 'Payments' });
  await page.evaluate(`document.querySelector('[role=group][aria-label=Payments]').scrollTo(0, 500)`);
  const [box, head] = [await list.boundingBox(), await list.getByRole('columnheader').first().boundingBox()];
  expect(Math.abs((head?.y ?? 0) - (box?.y ?? 0))).toBeLessThan(3);
  const first = await list.getByRole('row').nth(1).boundingBox();
  expect(first?.y).toBeLessThan(box?.y ?? 0);
  expect(await page.evaluate(`getComputedStyle(document.querySelector('td')).fontVariantNumeric`)).toBe(
    'tabular-nums',
  );
  await page.getByRole('link', { name: 'Next page' }).click();
  await page.getByText('5 of 105').waitFor();
  await page.getByRole('link', { name: 'First page' }).click();
  await page.getByText('100 of 105').waitFor();
  await page.getByLabel('Year').fill('2024');
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.getByRole('heading', { name: 'Total of 2024' }).waitFor();
  await page.getByText('3 of 3').waitFor();
  await page.getByText('€3.00').waitFor();
  await context.close();
});
