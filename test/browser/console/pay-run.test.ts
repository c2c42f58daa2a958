import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { logIn } from '../../client.js';
import { expectData } from '../../expect.js';
import { insertEmployee, insertUser, userPassword } from '../../factories.js';
import { giveAccount, type Run, run } from '../../pay-runs/support.js';
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
const own = t.employee.employeeId;
const nina = await insertEmployee(t.database, { name: 'Nina Neumann', email: 'nina@example.com' });
await insertUser(t.database, { username: 'anna', role: 'ADMIN' });
await giveAccount(t, own);
await giveAccount(t, nina);
const first = { token: await logIn(t.url, admin.username, admin.password) };
const second = { token: await logIn(t.url, 'anna', userPassword) };
expectData(
  await t.gql(
    `mutation { createPayComponent(input: { code: "BONUS", name: "Bonus", kind: EARNING }) { payComponent { id } } }`,
    {},
    first,
  ),
);

const draft = (start: string, end: string): Promise<Run> =>
  run(t, 'draft', { input: { period: { start, end }, payDate: end } }, first);

async function approve({ id, version, contentHash }: Run): Promise<Run> {
  // The log tells what was done at one instant in no order.
  t.clock.advance(1_000);
  return run(t, 'approve', { id, version, contentHash }, second);
}

async function openRun({ id }: Run, credentials = admin): Promise<Page> {
  const page = await logInAs(await openContext(browser), t.url, credentials);
  await page.goto(`${t.url}/pay-runs/${id}`);
  await isLoaded(page);
  return page;
}

const choose = (page: Page, text: string) =>
  page.getByLabel('CSV file').setInputFiles({
    name: 'lines.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(text),
  });

test('a run is issued with its progress in view, though the answer is lost', async () => {
  const drafted = await draft('2026-09-01', '2026-09-30');
  await approve(drafted);
  const page = await openRun(drafted);
  let answer = () => {};
  const isAnswered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await page.route('**/graphql', async (route) => {
    if (!route.request().postData()?.includes('issuePayRun')) return route.continue();
    await route.fetch();
    await isAnswered;
    await route.abort().catch(() => {});
  });
  await page.getByRole('button', { name: 'Issue' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Issue' }).click();
  await dialog.getByRole('button', { name: 'Issuing …' }).waitFor();
  await dialog.getByRole('progressbar').waitFor();
  await page.getByText('Issued by').waitFor();
  await dialog.waitFor({ state: 'detached' });
  answer();
  expect(await t.database.sql('SELECT status FROM pay_runs WHERE id = $1', [drafted.id])).toEqual([
    { status: 'ISSUED' },
  ]);
  await page.context().close();
});

test("lines of a file are all entered or none, with its problems by line, and change somebody's net pay in view", async () => {
  const drafted = await draft('2026-10-01', '2026-10-31');
  const page = await openRun(drafted);
  await page.getByText('The difference is to the net pay of the last regular run, 1 Sept 2026').waitFor();
  const row = page.getByRole('row', { name: /Nina Neumann/ });
  await page.getByRole('button', { name: 'Import lines' }).click();
  const dialog = page.getByRole('dialog');
  await expectAccessibleInBoth(page, 'lines to import');
  await choose(page, 'employee,code,amount\nnina@example.com,BONUS,100.00\nnobody@example.com,MEAL,much\n');
  await dialog.getByRole('button', { name: 'Import', exact: true }).click();
  await dialog.getByText('No line was entered.').waitFor();
  await dialog.getByRole('cell', { name: '3', exact: true }).first().waitFor();
  await expectAccessibleInBoth(page, 'the problems of lines');
  const file = 'employee,code,amount\nnina@example.com,BONUS,100.00\n';
  await choose(page, file);
  await dialog.getByRole('button', { name: 'Import', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
  await row.getByText('+100').waitFor();
  await row.getByText('5,100').first().waitFor();

  await page.getByRole('button', { name: 'Import lines' }).click();
  await choose(page, file);
  await dialog.getByRole('button', { name: 'Import', exact: true }).click();
  await dialog.getByText('Nothing changes: this file was imported into this run before.').waitFor();
  expectClean(page.context());
  await page.context().close();
});

test('a run whose approval was taken back says what was done since', async () => {
  const drafted = await draft('2026-11-01', '2026-11-30');
  const approved = await approve(drafted);
  t.clock.advance(1_000);
  await run(t, 'reopen', { id: drafted.id, version: approved.version }, first);
  const page = await openRun(drafted);
  const since = page.getByRole('status').filter({ hasText: 'This run was approved before. Since then:' });
  await since.getByText('admin: Took the approval of a pay run back').waitFor();
  await page.getByRole('row', { name: /anna Approved a pay run/ }).waitFor();
  await expectAccessibleInBoth(page, 'a run that was reopened');
  await page.context().close();

  const reader = await openRun(drafted, { username: 'vera', password: userPassword });
  expect(await reader.getByRole('heading', { name: 'What was done' }).count()).toBe(0);
  expect(await reader.getByRole('button', { name: 'Import lines' }).count()).toBe(0);
  await reader.context().close();
});

test('blockers come first, and whoever has one is taken out of the run; another day and a person are put in', async () => {
  const zoe = await insertEmployee(t.database, { name: 'Zoe Last', email: 'zoe@example.com' });
  const drafted = await draft('2026-07-01', '2026-07-31');
  const page = await openRun(drafted);
  const rows = page.getByRole('group', { name: 'People' }).getByRole('row');
  await rows.nth(1).getByText('Zoe Last').waitFor();
  await rows.nth(1).getByText('No bank account').waitFor();
  expect(await page.getByText(/^\d of \d$/).textContent()).toBe(
    `${(await rows.count()) - 1} of ${(await rows.count()) - 1}`,
  );
  await expectAccessibleInBoth(page, 'a run with a blocker');

  await rows.nth(1).getByRole('button', { name: 'Zoe Last' }).click();
  const dialog = page.getByRole('dialog');
  await expectAccessibleInBoth(page, 'an item with a blocker');
  await dialog.getByRole('button', { name: 'Take out of this run' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByText('Another admin has to approve it.').waitFor();

  await giveAccount(t, zoe);
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  await dialog.getByLabel('Pay date').fill('2026-08-03');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText('Saved.').waitFor();
  await dialog.getByLabel('Add people to this run').fill('zoe');
  await dialog.getByRole('button', { name: 'Add Zoe Last' }).click();
  await dialog.getByText('Zoe Last is in this run.').waitFor();
  await expectAccessibleInBoth(page, 'a run that is edited');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('definition').filter({ hasText: '3 Aug 2026' }).first().waitFor();
  await page.getByRole('row', { name: /Zoe Last.*First pay/ }).waitFor();
  expectClean(page.context());
  await page.context().close();
});

test('blockers come first, however many pages they take, and each person comes once', async () => {
  const blocked = 105;
  for (let count = 0; count < blocked; count++)
    await insertEmployee(t.database, {
      name: `Blocked ${count}`,
      hiredOn: '2026-05-01',
      terminatedOn: '2026-05-31',
    });
  const page = await openRun(await draft('2026-05-01', '2026-05-31'));
  const names = page.getByRole('group', { name: 'People' }).getByRole('row').getByRole('button');
  const seen: string[] = [];
  for (;;) {
    await isLoaded(page);
    seen.push(...(await names.allTextContents()));
    const next = page.getByRole('link', { name: 'Next page' });
    if ((await next.count()) === 0) break;
    const shown = await names.first().textContent();
    await next.click();
    // The page that was left is shown until the next one has come.
    await expect.poll(() => names.first().textContent(), { timeout: 15_000 }).not.toBe(shown);
  }
  expect(seen.slice(0, blocked).every((name) => name.startsWith('Blocked'))).toBe(true);
  expect(seen.slice(blocked)).toContain('Nina Neumann');
  expect(new Set(seen).size).toBe(seen.length);
  await page.getByText(new RegExp(`of ${seen.length}$`)).waitFor();
  expectClean(page.context());
  await page.context().close();
});

test('who has edited a run is not offered its approval, and who is sees all totals and the whole hash', async () => {
  const drafted = await draft('2026-06-01', '2026-06-30');
  const edited = { id: drafted.id, version: drafted.version, payDate: '2026-06-29' };
  const editor = { token: (await t.account('edda', 'ADMIN')).token };
  await run(t, 'edit', { input: edited }, editor);
  const own = await openRun(drafted, { username: 'edda', password: userPassword });
  await own.getByText('Another admin has to approve it.').waitFor();
  expect(await own.getByRole('button', { name: 'Approve' }).count()).toBe(0);
  await own.context().close();

  const page = await openRun(drafted, { username: 'anna', password: userPassword });
  await page.getByRole('button', { name: 'Approve' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(/^[0-9a-f]{64}$/).waitFor();
  for (const name of ['Gross pay', 'Deductions', 'Net pay', 'Employer cost'])
    await dialog.getByRole('columnheader', { name }).waitFor();
  await expectAccessibleInBoth(page, 'the approval');
  await page.context().close();
});

test('a run with a payment that was voided offers an off-cycle run for what is missing', async () => {
  const drafted = await draft('2026-08-01', '2026-08-31');
  const approved = await approve(drafted);
  await run(t, 'issue', { id: drafted.id, version: approved.version }, first);
  const page = await openRun(drafted);
  await page
    .getByRole('row', { name: /Nina Neumann/ })
    .getByRole('link', { name: 'Issued' })
    .click();
  await page.getByRole('button', { name: 'Void' }).click();
  await page.getByLabel('Reason').fill('The bank sent it back');
  await page.getByRole('button', { name: 'Void the payment' }).click();
  await page.getByText('The bank sent it back').waitFor();
  await page.goBack();
  await page.getByText('1 payment of this run was voided and is not replaced.').waitFor();
  await expectAccessibleInBoth(page, 'a run with a voided payment');
  await page.getByRole('button', { name: 'Draft an off-cycle run for what is missing' }).click();
  await expectAccessibleInBoth(page, 'an off-cycle run to draft');
  await page.getByRole('dialog').getByRole('button', { name: 'Draft a pay run' }).click();
  await page.getByText('In place of voided payments of').first().waitFor();
  const items = await t.database.sql(
    `SELECT i.employee_id AS id, i.net_minor::text AS net FROM pay_run_items i JOIN pay_runs r ON r.id = i.pay_run_id
     WHERE r.kind = 'OFF_CYCLE'`,
  );
  expect(items).toEqual([{ id: nina, net: '500000' }]);
  expectClean(page.context());
  await page.context().close();
});
