import { expect, test } from 'vitest';
import { expectData } from '../../expect.js';
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

test('the audit log says in sentences what was done, with each change as before and after, by filters of the URL', async () => {
  const context = await openContext(browser);
  const page = await logInAs(context, t.url, admin);
  await page.goto(`${t.url}/employees/${nina}/edit`);
  await isLoaded(page);
  await page.getByLabel('Title').fill('Architect');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { level: 1, name: 'Nina Neumann', exact: true }).waitFor();

  await page.getByRole('link', { name: 'Audit log' }).click();
  const edited = page.getByRole('row', { name: /Changed a record/ });
  await edited.getByText('Engineer → Architect').waitFor();
  await page
    .getByRole('row', { name: /Logged in/ })
    .first()
    .waitFor();
  await expectAccessibleInBoth(page, 'the audit log');
  await page.getByLabel('What', { exact: true }).selectOption('Changed a record');
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.getByText('1 of 1').waitFor();
  expect(new URL(page.url()).searchParams.get('action')).toBe('employee.edited');
  await page.reload();
  await edited.waitFor();
  expect(await page.getByRole('row', { name: /Logged in/ }).count()).toBe(0);
  await edited.getByRole('link', { name: 'admin' }).click();
  await page
    .getByRole('row', { name: /Logged in/ })
    .first()
    .waitFor();
  await edited.getByRole('link', { name: `…${nina.slice(-8)}` }).click();
  await page.getByRole('heading', { level: 1, name: 'Nina Neumann' }).waitFor();
  expectClean(context);
  await context.close();

  const german = await openContext(browser, { viewport: phone, colorScheme: 'dark', locale: 'de-DE' });
  const log = await logInAs(german, t.url, admin);
  await log.goto(`${t.url}/audit`);
  await expectAccessibleInBoth(log, 'the audit log on a phone, in German');
  await log.getByRole('cell', { name: 'Hat einen Datensatz geändert' }).waitFor();
  expectClean(german);
  await german.close();
});

test("what changed is told in the reader's language: days, periods, yes and no, and words of the API", async () => {
  const { token } = await t.account('paula', 'ADMIN');
  const change = (text: string) => t.gql(`mutation { ${text} }`, {}, { token });
  expectData(
    await change(`draftPayRun(input: {
      kind: OFF_CYCLE, reason: "REGULAR", payDate: "2026-10-31", period: { start: "2026-10-01", end: "2026-10-31" }
    }) { payRun { id } }`),
  );
  expectData(
    await change('editCompany(input: { version: 1, requireSecondAdmin: false }) { company { version } }'),
  );
  expectData(
    await change(
      `createUser(input: { username: "nina", password: "correct-horse-battery-9", role: EMPLOYEE, employeeId: "${nina}" }) { user { id } }`,
    ),
  );
  const context = await openContext(browser, { locale: 'de-DE' });
  const page = await logInAs(context, t.url, admin);
  await page.goto(`${t.url}/audit`);
  const drafted = page.getByRole('row', { name: /Lohnlauf entworfen/ });
  await drafted.getByText('01.10.2026 – 31.10.2026').waitFor();
  await drafted.getByText('31.10.2026', { exact: true }).waitFor();
  await drafted.getByText('alle', { exact: true }).waitFor();
  // What somebody has written stays.
  await drafted.getByText('REGULAR', { exact: true }).waitFor();
  expect(await drafted.getByText('OFF_CYCLE').count()).toBe(0);
  await page.getByText('Ja → Nein').waitFor();
  // What is named by its id leads to its page.
  const added = page.getByRole('row', { name: /Benutzer angelegt/ }).filter({ hasText: 'nina' });
  await added.getByRole('link', { name: `…${nina.slice(-8)}` }).click();
  await page.getByRole('heading', { level: 1, name: 'Nina Neumann' }).waitFor();
  await context.close();
});

test.each([
  ['vera', 'Overview'],
  ['emil', 'Payments'],
])('%s is shown no audit log, and a way to what is shown instead', async (username, start) => {
  const context = await openContext(browser);
  const page = await logInAs(context, t.url, { username, password: userPassword });
  expect(await page.getByRole('link', { name: 'Audit log' }).count()).toBe(0);
  await page.goto(`${t.url}/audit`);
  await page.getByText('You may not do this.').waitFor();
  expect(await page.getByText('This did not work').count()).toBe(1);
  expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0);
  await expectAccessibleInBoth(page, 'a page that may not be read');
  await page.getByRole('link', { name: 'Go to the start page' }).click();
  await page.getByRole('heading', { level: 1, name: start }).waitFor();
  expectClean(context);
  await context.close();
});
