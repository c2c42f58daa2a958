import { expect, test } from 'vitest';
import { insertEmployee, userPassword } from '../../factories.js';
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

test('an admin makes a component, gives it to somebody, ends it, and archives it', async () => {
  const context = await openContext(browser);
  const page = await logInAs(context, t.url, admin);
  const dialog = page.getByRole('dialog');
  await page.getByRole('link', { name: 'Components' }).click();
  await expectAccessibleInBoth(page, 'no components');
  await page.getByRole('button', { name: 'Add a component' }).first().click();
  await expectAccessibleInBoth(page, 'a new component');
  await dialog.getByLabel('Code').fill('2many');
  await dialog.getByLabel('Name').fill('Pension');
  await dialog.getByLabel('Kind').selectOption('Deduction');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText('Something here is not valid.').waitFor();
  expect(await dialog.getByLabel('Code').getAttribute('aria-invalid')).toBe('true');
  expect(await dialog.getByLabel('Name').inputValue()).toBe('Pension');
  await dialog.getByLabel('Code').fill('pension');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('cell', { name: 'PENSION', exact: true }).waitFor();
  await page.getByRole('button', { name: 'Edit Pension' }).click();
  await dialog.getByLabel('Name').fill('Pension plan');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('cell', { name: 'Pension plan', exact: true }).waitFor();
  await expectAccessibleInBoth(page, 'components');

  await page.goto(`${t.url}/employees/${nina}`);
  await isLoaded(page);
  await page.getByRole('button', { name: 'Set a component' }).click();
  await dialog.getByLabel('How it is reckoned').waitFor();
  await dialog.getByLabel('How it is reckoned').selectOption('Percentage');
  await expectAccessibleInBoth(page, 'a component to set');
  await dialog.getByRole('button', { name: 'Set a component' }).click();
  await dialog.getByText('Enter a percentage above 0').waitFor();
  await dialog.getByLabel('Percentage').fill('2.5');
  await dialog.getByLabel('At most').selectOption('per year');
  await dialog.getByLabel('Cap (EUR)').fill('1000');
  await dialog.getByLabel('Order').fill('7');
  await dialog.getByLabel('From').fill('2027-01-01');
  await dialog.getByRole('button', { name: 'Set a component' }).click();
  await page.getByRole('cell', { name: '2.5 % of the salary' }).waitFor();
  await page.getByRole('cell', { name: '€1,000.00 per year' }).waitFor();
  expect(await page.getByLabel('In force on').inputValue()).toBe('2027-01-01');
  await expectAccessibleInBoth(page, "somebody's components");

  await page.getByRole('button', { name: 'End Pension plan' }).click();
  await dialog.getByLabel('Last day').fill('2026-12-31');
  await dialog.getByRole('button', { name: 'End' }).click();
  await dialog.getByText('The last day must not be before the first.').waitFor();
  await dialog.getByLabel('Last day').fill('2027-06-30');
  await expectAccessibleInBoth(page, 'a component to end');
  await dialog.getByRole('button', { name: 'End' }).click();
  await page.getByRole('cell', { name: '1 Jan 2027 – 30 Jun 2027' }).waitFor();
  const rows = await t.database.sql(
    `SELECT percent::text, cap_minor::text AS cap, cap_per::text AS per, priority, effective_to::text AS until
     FROM employee_components WHERE employee_id = $1`,
    [nina],
  );
  expect(rows).toEqual([{ percent: '2.5000', cap: '100000', per: 'YEAR', priority: 7, until: '2027-06-30' }]);

  await page.goto(`${t.url}/components`);
  await page.getByRole('button', { name: 'Archive Pension plan' }).click();
  await expectAccessibleInBoth(page, 'a component to archive');
  await dialog.getByRole('button', { name: 'Archive' }).click();
  await page.getByText('No components').waitFor();
  await page.getByRole('link', { name: 'Show archived ones' }).click();
  await page.getByText('Archived', { exact: true }).waitFor();
  expectClean(context);
  await context.close();
});

test('a reader sees components and no button, and an employee the own ones only', async () => {
  const context = await openContext(browser, { viewport: phone, colorScheme: 'dark' });
  const page = await logInAs(context, t.url, { username: 'vera', password: userPassword });
  await page.goto(`${t.url}/components?archived=yes`);
  await expectAccessibleInBoth(page, 'components on a phone');
  await page.getByText('Pension plan').waitFor();
  expect(await page.getByRole('button', { name: /^(Add a component|Edit|Archive)/ }).count()).toBe(0);
  await page.goto(`${t.url}/employees/${nina}?on=2027-02-01`);
  await expectAccessibleInBoth(page, "somebody's components on a phone");
  await page.getByText('2.5 % of the salary').waitFor();
  expect(await page.getByRole('button', { name: /^(Set a component|End )/ }).count()).toBe(0);
  await context.close();

  const own = await openContext(browser);
  const record = await logInAs(own, t.url, { username: 'emil', password: userPassword });
  expect(await record.getByRole('link', { name: 'Components' }).count()).toBe(0);
  await record.goto(`${t.url}/employees/${t.employee.employeeId}`);
  await isLoaded(record);
  await record.getByText('No component is in force today.').waitFor();
  expect(await record.getByRole('button', { name: 'Set a component' }).count()).toBe(0);
  await own.close();
});
