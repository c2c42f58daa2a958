import { expect, test } from 'vitest';
import { insertEmployee, insertUser, userPassword } from '../../factories.js';
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
await insertUser(t.database, { username: 'anna', role: 'ADMIN' });
const nina = await insertEmployee(t.database, { name: 'Nina Neumann', email: 'nina@example.com' });
await t.database.sql(
  `UPDATE employees SET bank_holder = name, bank_country = 'DE', bank_last_four = '3000', bank_account_sealed = 'sealed'`,
);

test('an admin drafts a pay run, another one approves and issues it, and everybody is paid once', async () => {
  const first = await openContext(browser);
  const page = await logInAs(first, t.url, admin);
  await page.getByRole('link', { name: 'Pay runs' }).click();
  await expectAccessibleInBoth(page, 'no pay runs');
  await page.getByRole('button', { name: 'Draft a pay run' }).first().click();
  await expectAccessibleInBoth(page, 'the draft');
  await page.getByRole('dialog').getByRole('button', { name: 'Draft a pay run' }).dblclick();
  await page.getByRole('heading', { name: /^Pay run / }).waitFor();
  await expectAccessibleInBoth(page, 'a pay run');
  expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(0);
  await page.getByText('Another admin has to approve it.').waitFor();
  await page.getByRole('button', { name: 'Nina Neumann' }).click();
  await page.getByRole('dialog').getByText('Computed').waitFor();
  await expectAccessibleInBoth(page, 'an item');

  const second = await openContext(browser, { viewport: phone, colorScheme: 'dark' });
  const approver = await logInAs(second, t.url, { username: 'anna', password: userPassword });
  await approver.goto(page.url());
  await expectAccessibleInBoth(approver, 'a pay run on a phone');
  await approver.getByRole('button', { name: 'Approve' }).click();
  await expectAccessibleInBoth(approver, 'the approval');
  await approver.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
  await approver.getByRole('button', { name: 'Cancel the run' }).click();
  await expectAccessibleInBoth(approver, 'a run to cancel');
  await approver.keyboard.press('Escape');
  await approver.getByRole('button', { name: 'Issue' }).click();
  await expectAccessibleInBoth(approver, 'a run to issue');
  await approver.getByRole('dialog').getByRole('button', { name: 'Issue' }).dblclick();
  await approver.getByText('Issued by').waitFor();
  await isLoaded(approver);

  const payments = await t.database.sql('SELECT kind FROM payments WHERE employee_id = $1', [nina]);
  expect(payments).toEqual([{ kind: 'SALARY' }]);
  expect(await t.database.sql('SELECT status FROM pay_runs')).toEqual([{ status: 'ISSUED' }]);
  expectClean(first);
  expectClean(second);
  await first.close();
  await second.close();
});

test('a reader sees pay runs and no button that changes one, and an employee sees none', async () => {
  const context = await openContext(browser);
  const page = await logInAs(context, t.url, { username: 'vera', password: userPassword });
  await page.goto(`${t.url}/pay-runs`);
  await isLoaded(page);
  expect(await page.getByRole('button', { name: 'Draft a pay run' }).count()).toBe(0);
  await expectAccessibleInBoth(page, 'pay runs');
  await context.close();

  const own = await openContext(browser);
  const record = await logInAs(own, t.url, { username: 'emil', password: userPassword });
  expect(await record.getByRole('link', { name: 'Pay runs' }).count()).toBe(0);
  await own.close();
});
