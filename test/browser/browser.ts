import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll } from 'vitest';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Starts Chromium for a test file; it ends with the file. */
export async function useBrowser(): Promise<Browser> {
  if (!existsSync(executablePath)) {
    throw new Error(
      `There is no Chromium at ${executablePath}. Install it, as with \`apt-get install chromium\`, or set CHROMIUM.`,
    );
  }
  const browser = await chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });
  afterAll(() => browser.close());
  return browser;
}

/** A page of the server's own origin that has loaded a script and nothing else. */
export async function openScript(context: BrowserContext, url: string, script: string): Promise<Page> {
  const page = await context.newPage();
  const html = '<!doctype html><title>test</title><script type="module" src="/test.js"></script>';
  await page.route('**/test.html', (route) => route.fulfill({ contentType: 'text/html', body: html }));
  await page.route('**/test.js', (route) => route.fulfill({ contentType: 'text/javascript', body: script }));
  await page.goto(`${url}/test.html`);
  return page;
}
