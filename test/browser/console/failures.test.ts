import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { logIn } from '../../client.js';
import { expectData } from '../../expect.js';
import { insertEmployee } from '../../factories.js';
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
const again = { token: await logIn(t.url, admin.username, admin.password) };

async function open(path: string): Promise<Page> {
  const page = await logInAs(await openContext(browser), t.url, admin);
  await page.goto(`${t.url}${path}`);
  await isLoaded(page);
  return page;
}

async function close(page: Page): Promise<void> {
  expectClean(page.context());
  await page.context().close();
}

test('a list without entries says what comes next, and filters that match nothing can be cleared', async () => {
  const page = await open('/pay-runs');
  await page.getByText('A draft proposes what to pay to everybody.').waitFor();
  await page.getByRole('main').getByRole('button', { name: 'Draft a pay run' }).last().click();
  await page.getByRole('dialog').waitFor();
  await page.goto(`${t.url}/employees?search=nobody`);
  await page.getByText('Nothing matches these filters.').waitFor();
  await expectAccessibleInBoth(page, 'filters that match nothing');
  await page.getByRole('link', { name: 'Clear filters' }).last().click();
  await page.getByRole('cell', { name: 'Active' }).first().waitFor();
  await page.goto(`${t.url}/payments`);
  await page.getByText('What is paid appears here.').waitFor();
  expect(await page.getByText('Nothing matches these filters.').count()).toBe(0);
  await close(page);
});

test('a mistyped address says that there is no such page, with a way on', async () => {
  const page = await logInAs(await openContext(browser), t.url, admin);
  expect((await page.goto(`${t.url}/emploees`))?.status()).toBe(404);
  await page.getByRole('heading', { level: 1, name: 'There is no such page' }).waitFor();
  await expectAccessibleInBoth(page, 'a mistyped address');
  await page.getByRole('link', { name: 'Go to the start page' }).click();
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await close(page);
});

test('who logs out offline is told that the session goes on, and can end it later', async () => {
  const page = await open('/account');
  await page.context().setOffline(true);
  await page.getByRole('button', { name: 'Log out' }).click();
  const failure = page.getByRole('alert');
  await failure.getByText('You are offline.').waitFor({ timeout: 40_000 });
  await failure.getByText('You are still logged in.').waitFor();
  await page.getByRole('heading', { level: 1, name: 'My account' }).waitFor();
  await expectAccessibleInBoth(page, 'a logout that failed');
  await page.context().setOffline(false);
  await failure.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('heading', { level: 1, name: 'Log in' }).waitFor();
  expect(await page.context().cookies()).toEqual([]);
  await close(page);
});

test('a change that takes longer than a second is shown by one bar until it is done', async () => {
  const id = await insertEmployee(t.database, { name: 'Sid Slow' });
  const page = await open(`/employees/${id}/edit`);
  let go = () => {};
  const mayGo = new Promise<void>((resolve) => {
    go = resolve;
  });
  await page.route('**/graphql', async (route) => {
    await mayGo;
    await route.continue();
  });
  await page.getByLabel('Title').fill('Director');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('progressbar').waitFor();
  await expectAccessibleInBoth(page, 'a slow change');
  go();
  await page.getByRole('heading', { level: 1, name: 'Sid Slow', exact: true }).waitFor();
  expect(await page.getByRole('progressbar').count()).toBe(0);
  await close(page);
});

test('what is waited for, and what failed, before it is known who looks, has room around it', async () => {
  const page = await (await openContext(browser, { viewport: phone })).newPage();
  let go = () => {};
  const mayGo = new Promise<void>((resolve) => {
    go = resolve;
  });
  await page.route('**/graphql', async (route) => {
    await mayGo;
    await route.abort();
  });
  await page.goto(t.url);
  const skeleton = page.locator('[aria-busy=true]');
  await page.getByRole('progressbar').waitFor();
  expect((await skeleton.boundingBox())?.x).toBeGreaterThanOrEqual(16);
  go();
  await page.getByText('The server did not answer.').waitFor({ timeout: 40_000 });
  expect((await page.getByRole('alert').boundingBox())?.x).toBeGreaterThanOrEqual(16);
  expect(await page.getByRole('main').count()).toBe(1);
  await page.unroute('**/graphql');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('heading', { level: 1, name: 'Log in' }).waitFor();
  await close(page);
});

test('a form that has paid already, with other details, says so and offers a new one', async () => {
  const id = await insertEmployee(t.database, { name: 'Otto Other' });
  const page = await open(`/employees/${id}/pay`);
  await page.route('**/graphql', async (route) => {
    if (!route.request().postData()?.includes('issuePayment')) return route.continue();
    await route.fetch();
    await route.abort();
  });
  const submit = page.getByRole('button', { name: 'Issue the payment' });
  await submit.click();
  await page.getByText('It is not known yet whether the payment was made.').waitFor({ timeout: 60_000 });
  await page.unroute('**/graphql');
  await page.getByLabel('Amount').fill('4999.00');
  await submit.click();
  await page.getByText('This form has made a payment already, with other details.').waitFor();
  await expectAccessibleInBoth(page, 'a form that has paid already');
  await page.getByRole('button', { name: 'Make another payment' }).click();
  await page.getByLabel('For').selectOption('BONUS');
  await page.getByLabel('Amount').fill('10.00');
  await submit.click();
  await page.getByText('€10.00 was paid to Otto Other.').waitFor();
  const paid = await t.database.sql(
    'SELECT amount_minor::int AS amount FROM payments WHERE employee_id = $1 ORDER BY amount_minor DESC',
    [id],
  );
  expect(paid).toEqual([{ amount: 500_000 }, { amount: 1_000 }]);
  await close(page);
});

test('a payment that was refused is not said to be open after a reload', async () => {
  const id = await insertEmployee(t.database, { name: 'Rea Refused' });
  const page = await open(`/employees/${id}/pay`);
  await page.getByLabel('Amount').fill('0.001');
  await page.getByRole('button', { name: 'Issue the payment' }).click();
  await page.getByText('Enter a positive amount').waitFor();
  await page.reload();
  await isLoaded(page);
  expect(await page.getByLabel('Amount').inputValue()).toBe('0.001');
  expect(await page.getByText('It is not known yet').count()).toBe(0);
  await close(page);
});

test('settings that two change at once keep what either has changed', async () => {
  const page = await open('/company');
  await page.getByLabel('Name').fill('Mine');
  const change = 'mutation { editCompany(input: { version: 1, country: "SE" }) { company { version } } }';
  expectData(await t.gql(change, {}, again));
  const save = page.getByRole('button', { name: 'Save' });
  await save.click();
  await page.getByText('This was changed by somebody else.').waitFor();
  await expectAccessibleInBoth(page, 'settings that somebody else has changed');
  await page.getByRole('button', { name: 'Load the newest' }).click();
  await page.getByRole('definition').filter({ hasText: 'SE' }).waitFor();
  expect(await page.getByLabel('Name').inputValue()).toBe('Mine');
  await save.click();
  await page.getByText('Saved.').waitFor();
  const company = expectData(await t.gql('{ company { name country } }', {}, again)).company;
  expect(company).toEqual({ name: 'Mine', country: 'SE' });
  await save.click();
  await page.getByText('Nothing has changed.').waitFor();
  await close(page);
});

test('a component that somebody else has changed is loaded, and what was typed is saved after all', async () => {
  const create =
    'mutation { createPayComponent(input: { code: "MEAL", name: "Meals", kind: EARNING }) { payComponent { id } } }';
  const { id } = expectData(await t.gql(create, {}, again)).createPayComponent.payComponent;
  const page = await open('/components');
  await page.getByRole('button', { name: 'Edit Meals' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Ledger account').fill('4711');
  const edit =
    'mutation ($id: ID!) { editPayComponent(input: { id: $id, version: 1, prorated: true }) { payComponent { id } } }';
  expectData(await t.gql(edit, { id }, again));
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByRole('button', { name: 'Load the newest' }).click();
  await page.getByRole('cell', { name: 'Yes' }).waitFor({ state: 'attached' });
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByRole('cell', { name: '4711' }).waitFor();
  await close(page);
});

test('what is taken, and what is not possible now, is not said to be changed by somebody else', async () => {
  const id = await insertEmployee(t.database, { name: 'Tina Taken' });
  const page = await open(`/employees/${id}/edit`);
  await insertEmployee(t.database, { email: 'taken@example.com' });
  await page.getByLabel('Email').fill('taken@example.com');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Enter an email address that nobody else has.').waitFor();
  await page.getByText('Something here is not valid. Look at the marked fields.').waitFor();

  await page.goto(`${t.url}/users`);
  await page.getByRole('button', { name: 'Edit admin' }).click();
  await page.getByLabel('Keep this user from logging in').check();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('This is the last admin who can log in. Make another one first.').waitFor();
  await expectAccessibleInBoth(page, 'the last admin');
  await close(page);
});

test('a search for people that gets no answer says so, and is not said to have found nobody', async () => {
  const page = await open('/account');
  await page.keyboard.press('Control+k');
  await page.context().setOffline(true);
  const dialog = page.getByRole('dialog');
  await page.keyboard.type('emil');
  await dialog.getByText('Loading …').waitFor();
  await dialog.getByText('You are offline.').waitFor({ timeout: 40_000 });
  expect(await dialog.getByText('Nothing found.').count()).toBe(0);
  await page.context().setOffline(false);
  await dialog.getByRole('combobox').fill('nobody at all');
  await dialog.getByText('Nothing found.').waitFor();
  await close(page);
});
