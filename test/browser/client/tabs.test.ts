import type { BrowserContext } from 'playwright-core';
import { expect, test } from 'vitest';
import { bundle } from '../../client/bundle.js';
import { adminPassword, useStipend } from '../../harness.js';
import { openScript, useBrowser } from '../browser.js';

const stipend = await useStipend({}, { clock: { now: () => new Date() } });
const browser = await useBrowser();
const script = await bundle('test/browser/client/tabs-page.ts');
const answer = { me: { username: 'admin' } };

const open = (context: BrowserContext) => openScript(context, stipend.url, script);

/** Three tabs of one user, and how often the login is renewed from now on. */
async function openTabs() {
  const context = await browser.newContext();
  const first = await open(context);
  await first.evaluate((password) => globalThis.tab.login('admin', password), adminPassword);
  const tabs = [first, await open(context), await open(context)];
  let refreshes = 0;
  context.on('request', (request) => {
    if (request.postData()?.includes('refreshSession(')) refreshes++;
  });
  return { first, tabs, refreshes: () => refreshes };
}

/** A promise, and what resolves it. */
function withResolvers() {
  let resolve: () => void = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

test('tabs that share a store renew the login once', async () => {
  const { first, tabs, refreshes } = await openTabs();
  await first.evaluate(() => globalThis.tab.ageShared());
  await Promise.all(tabs.map((tab) => tab.reload()));
  const answers = await Promise.all(
    tabs.map((tab) => tab.evaluate(() => Promise.all([globalThis.tab.query(), globalThis.tab.query()]))),
  );
  expect(answers).toEqual([1, 2, 3].map(() => [answer, answer]));
  expect(refreshes()).toBe(1);
});

test('tabs with the same tokens in stores of their own renew them once', async () => {
  const { tabs, refreshes } = await openTabs();
  await Promise.all(tabs.map((tab) => tab.evaluate(() => globalThis.tab.agePerTab())));
  const answers = await Promise.all(tabs.map((tab) => tab.evaluate(() => globalThis.tab.query())));
  expect(answers).toEqual([answer, answer, answer]);
  expect(refreshes()).toBe(1);
});

test('a logout in one tab is the end of the session in all of them', async () => {
  const { first, tabs } = await openTabs();
  await Promise.all(tabs.map((tab) => tab.evaluate(() => globalThis.tab.query())));
  await first.evaluate(() => globalThis.tab.logout());
  for (const tab of tabs.slice(1)) {
    await tab.waitForFunction(() => globalThis.tab.ends.length > 0);
    expect(await tab.evaluate(() => globalThis.tab.ends)).toEqual(['LOGGED_OUT']);
  }
  expect(await first.evaluate(() => globalThis.tab.ends)).toEqual([]);
});

test('a login in one tab is taken up by the others', async () => {
  const { first, tabs } = await openTabs();
  await first.evaluate(() => globalThis.tab.logout());
  await first.evaluate((password) => globalThis.tab.login('admin', password), adminPassword);
  for (const tab of tabs) expect(await tab.evaluate(() => globalThis.tab.query())).toEqual(answer);
});

test('a tab that hears of a logout after the next login does not undo that login', async () => {
  const { first, tabs } = await openTabs();
  const [, other = first] = tabs;
  await other.evaluate(() => globalThis.tab.query());
  const goOn = withResolvers();
  const isHeld = withResolvers();
  await other.route('**/held', async (route) => {
    isHeld.resolve();
    await goOn.promise;
    await route.fulfill({ body: '' });
  });
  // A request of this kind holds up all of its tab, messages from other tabs included.
  const held = other.evaluate(
    "const request = new XMLHttpRequest(); request.open('GET', '/held', false); request.send()",
  );
  await isHeld.promise;
  await first.evaluate(() => globalThis.tab.logout());
  await first.evaluate((password) => globalThis.tab.login('admin', password), adminPassword);
  goOn.resolve();
  await held;
  await other.waitForFunction(() => globalThis.tab.ends.length > 0);
  for (const tab of tabs) expect(await tab.evaluate(() => globalThis.tab.query())).toEqual(answer);
});
