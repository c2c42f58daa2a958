import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';
import { adminPassword, type Harness, useStipend } from '../../harness.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const desktop = { width: 1280, height: 800 };
export const phone = { width: 360, height: 740 };
export const admin = { username: 'admin', password: adminPassword };

/** A server whose clock goes with the browser's. */
export async function useConsole(): Promise<Harness> {
  const t = await useStipend();
  t.clock.advance(Date.now() - t.clock.now().getTime());
  return t;
}

interface Options {
  viewport?: { width: number; height: number };
  locale?: string;
  colorScheme?: 'light' | 'dark';
}

/** What a page must never do. */
interface Watched {
  violations: string[];
  errors: string[];
}

const watched = new WeakMap<BrowserContext, Watched>();

export async function openContext(browser: Browser, options: Options = {}): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: desktop, locale: 'en-GB', ...options });
  const seen: Watched = { violations: [], errors: [] };
  watched.set(context, seen);
  await context.exposeBinding('noteViolation', (_source, text: string) => {
    seen.violations.push(text);
  });
  await context.addInitScript(
    `document.addEventListener('securitypolicyviolation', (event) =>
      window.noteViolation([event.violatedDirective, event.blockedURI, event.sample].join(' ')))`,
  );
  context.on('weberror', (error) => seen.errors.push(String(error.error())));
  return context;
}

/** No page of the context has violated its policy, or failed without a message. */
export function expectClean(context: BrowserContext): void {
  expect(watched.get(context)).toEqual({ violations: [], errors: [] });
}

export async function logInAs(
  context: BrowserContext,
  url: string,
  { username, password }: { username: string; password: string },
): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url);
  await fillLogin(page, username, password);
  await page.getByRole('navigation', { name: /^(Pages|Seiten)$/ }).waitFor();
  await isLoaded(page);
  return page;
}

export async function fillLogin(page: Page, username: string, password: string): Promise<void> {
  await page.getByLabel(/^(Username|Benutzername)$/).fill(username);
  await page.getByLabel(/^(Password|Passwort)$/).fill(password);
  await page.getByRole('button', { name: /^(Log in|Anmelden)$/ }).click();
}

/** The page has its heading, and waits for nothing. */
export async function isLoaded(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor();
  await page.locator('[aria-busy=true]').waitFor({ state: 'detached' });
}

/** axe finds nothing, and nothing is wider than the window. */
async function expectAccessible(page: Page, of: string): Promise<void> {
  await isLoaded(page);
  await page.evaluate(axe);
  const findings =
    await page.evaluate(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
    violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html, failureSummary }) =>
      html.slice(0, 160) + ' ' + failureSummary).join(' | ')))`);
  expect(findings, of).toEqual([]);
  await expectNoWiderThanWindow(page, of);
}

export async function expectAccessibleInBoth(page: Page, of: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await expectAccessible(page, `${of}, ${colorScheme}`);
  }
}

export async function expectNoWiderThanWindow(page: Page, of: string): Promise<void> {
  const overflow = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
  expect(overflow, `${of} is wider than the window`).toBeLessThanOrEqual(0);
}
