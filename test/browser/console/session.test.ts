import { expect, test } from 'vitest';
import { logIn } from '../../client.js';
import { expectData } from '../../expect.js';
import { insertEmployee, userPassword } from '../../factories.js';
import { useBrowser } from '../browser.js';
import {
  admin,
  expectAccessibleInBoth,
  expectClean,
  fillLogin,
  isLoaded,
  logInAs,
  openContext,
  useConsole,
} from './support.js';

const browser = await useBrowser();
const t = await useConsole();

async function endSessions(): Promise<void> {
  const token = await logIn(t.url, admin.username, admin.password);
  expectData(await t.gql('mutation { logout(scope: ALL_SESSIONS) { revokedSessions } }', {}, { token }));
}

test('no script can read a token, and none is stored', async () => {
  const context = await openContext(browser);
  const page = await logInAs(context, t.url, admin);
  expect(await page.evaluate('document.cookie')).toBe('');
  expect(await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }])')).not.toMatch(
    /eyJ/,
  );
  const cookies = await context.cookies();
  expect(cookies.map(({ httpOnly, sameSite }) => ({ httpOnly, sameSite }))).toEqual([
    { httpOnly: true, sameSite: 'Strict' },
    { httpOnly: true, sameSite: 'Strict' },
  ]);
  await context.close();
});

test('a session that ends while a form is open is renewed in a dialog over it, and the form goes on', async () => {
  const id = await insertEmployee(t.database, { name: 'Frida Form', email: 'frida@example.com' });
  const context = await openContext(browser);
  const page = await logInAs(context, t.url, admin);
  await page.goto(`${t.url}/employees/${id}/edit`);
  await isLoaded(page);
  await page.getByLabel('Title').fill('Director');
  await endSessions();
  await page.getByRole('button', { name: 'Save' }).click();
  const dialog = page.getByRole('dialog', { name: 'Log in to go on' });
  await dialog.waitFor();
  await expectAccessibleInBoth(page, 'the login over a form');
  expect(await page.getByLabel('Title', { exact: true }).inputValue()).toBe('Director');
  await dialog.getByLabel('Password').fill(admin.password);
  await dialog.getByRole('button', { name: 'Log in' }).click();
  await page.getByText('Director').first().waitFor();
  const [row] = await t.database.sql<{ title: string }>('SELECT title FROM employees WHERE id = $1', [id]);
  expect(row?.title).toBe('Director');
  expectClean(context);
  await context.close();
});

test('a payment, and what is open in a dialog, go on after the session has ended, and are done once', async () => {
  const id = await insertEmployee(t.database, { name: 'Petra Pay', email: 'petra@example.com' });
  const context = await openContext(browser);
  const page = await logInAs(context, t.url, admin);
  const dialog = page.getByRole('dialog', { name: 'Log in to go on' });
  const logInAgain = async () => {
    await dialog.getByLabel('Password').fill(admin.password);
    await dialog.getByRole('button', { name: 'Log in' }).dblclick();
  };
  await page.goto(`${t.url}/employees/${id}/pay`);
  await isLoaded(page);
  await page.getByLabel('For').selectOption('BONUS');
  await page.getByLabel('Amount').fill('10.00');
  await endSessions();
  await page.getByRole('button', { name: 'Issue the payment' }).dblclick();
  await logInAgain();
  await page.getByText('€10.00 was paid to Petra Pay.').waitFor();

  await page.getByRole('link', { name: 'Show the payment' }).click();
  await page.getByRole('button', { name: 'Void' }).click();
  await page.getByLabel('Reason').fill('Paid by mistake');
  await endSessions();
  await page.getByLabel('Reason').press('Enter');
  await dialog.waitFor();
  await expectAccessibleInBoth(page, 'the login over a dialog');
  await logInAgain();
  await page.getByText('Paid by mistake').waitFor();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  const paid = await t.database.sql('SELECT void_reason AS reason FROM payments WHERE employee_id = $1', [
    id,
  ]);
  expect(paid).toEqual([{ reason: 'Paid by mistake' }]);
  expectClean(context);
  await context.close();
});

test('a wrong password says so, and what was typed stays', async () => {
  const context = await openContext(browser);
  const page = await context.newPage();
  await page.goto(t.url);
  await fillLogin(page, 'admin', 'not the password');
  await page.getByText('The username or the password is wrong.').waitFor();
  expect(await page.getByLabel('Username').inputValue()).toBe('admin');
  await context.close();
});

test('another session can be ended, and ends', async () => {
  const context = await openContext(browser);
  const other = await openContext(browser);
  const credentials = { username: 'vera', password: userPassword };
  const page = await logInAs(context, t.url, credentials);
  const there = await logInAs(other, t.url, credentials);
  await page.goto(`${t.url}/account`);
  await isLoaded(page);
  const ends = page.getByRole('button', { name: /^End the session of Chrome/ });
  for (let count = await ends.count(); count > 0; count = await ends.count()) {
    await ends.first().click();
    await expect.poll(() => ends.count()).toBeLessThan(count);
  }
  await there.getByRole('link', { name: 'Employees' }).click();
  await there.getByRole('dialog', { name: 'Log in to go on' }).waitFor();
  await context.close();
  await other.close();
});

test('two tabs are one session: another user in one is the user of both', async () => {
  const context = await openContext(browser);
  const first = await logInAs(context, t.url, admin);
  const second = await context.newPage();
  await second.goto(t.url);
  await isLoaded(second);
  await first.getByRole('button', { name: 'Log out' }).click();
  await fillLogin(first, 'vera', userPassword);
  await first.getByText('vera').first().waitFor();
  await second.getByText('vera').first().waitFor();
  expect(await second.getByRole('link', { name: 'Users' }).count()).toBe(0);
  await context.close();
});

test('a record that somebody else has changed: mine beside theirs, and a choice for each field', async () => {
  const id = await insertEmployee(t.database, {
    name: 'Stella Stale',
    email: 'stella@example.com',
    title: 'Engineer',
  });
  const context = await openContext(browser);
  const page = await logInAs(context, t.url, admin);
  await page.goto(`${t.url}/employees/${id}/edit`);
  await isLoaded(page);
  await page.getByLabel('Title').fill('Architect');
  await page.getByLabel('Department').fill('Research');
  await t.database.sql(
    `UPDATE employees SET title = 'Manager', email = 'new@example.com', version = version + 1 WHERE id = $1`,
    [id],
  );
  await page.getByRole('button', { name: 'Save' }).click();
  const dialog = page.getByRole('dialog', { name: 'Somebody else has changed this record' });
  await dialog.waitFor();
  await expectAccessibleInBoth(page, 'mine beside theirs');
  await dialog
    .getByRole('group', { name: 'Title' })
    .getByLabel(/Theirs/)
    .check();
  await dialog.getByRole('button', { name: 'Save my choices' }).click();
  await page.getByRole('heading', { level: 1, name: 'Stella Stale', exact: true }).waitFor();
  const [row] = await t.database.sql('SELECT title, department, email FROM employees WHERE id = $1', [id]);
  expect(row).toEqual({ title: 'Manager', department: 'Research', email: 'new@example.com' });
  expectClean(context);
  await context.close();
});

test.each([
  [429, 'RATE_LIMITED', 'Too many tries. Try again in'],
  [503, 'SERVICE_UNAVAILABLE', 'The server is busy'],
])('an answer with %i reads as a sentence, with a way on', async (status, code, sentence) => {
  const context = await openContext(browser);
  const page = await logInAs(context, t.url, admin);
  const body = JSON.stringify({
    errors: [{ message: 'x', extensions: { code, retryAfterSeconds: 1 } }],
    data: null,
  });
  await page.route('**/graphql', (route) => route.fulfill({ status, contentType: 'application/json', body }));
  await page.getByRole('link', { name: 'Payments' }).click();
  await page.getByText(sentence).waitFor({ timeout: 40_000 });
  expect(await page.getByText('This did not work').count()).toBe(1);
  await page.unroute('**/graphql');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('heading', { level: 1, name: 'Payments' }).waitFor();
  await context.close();
});

test('offline reads as a sentence, and a slow answer shows that it is waited for', async () => {
  const context = await openContext(browser);
  const page = await logInAs(context, t.url, admin);
  await context.setOffline(true);
  await page.getByRole('link', { name: 'Payments' }).click();
  await page.getByText('You are offline.').waitFor({ timeout: 40_000 });
  await context.setOffline(false);
  await page.route('**/graphql', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    await route.continue();
  });
  await page.getByRole('link', { name: 'Employees' }).click();
  await page.locator('[aria-busy=true]').waitFor();
  await page.getByRole('progressbar').waitFor();
  await page.getByRole('heading', { level: 1, name: 'Employees' }).waitFor();
  await context.close();
});
