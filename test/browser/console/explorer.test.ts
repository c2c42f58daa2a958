import { expect, test } from 'vitest';
import { useBrowser } from '../browser.js';
import {
  admin,
  desktop,
  expectAccessibleInBoth,
  expectClean,
  logInAs,
  openContext,
  phone,
  useConsole,
} from './support.js';

const browser = await useBrowser();
const t = await useConsole();

test.each([
  { name: 'a desktop', viewport: desktop },
  { name: 'a phone', viewport: phone },
])(
  'on $name, the API explorer answers a query, has no finding, and leads back',
  async ({ name, viewport }) => {
    const context = await openContext(browser, { viewport });
    const page = await logInAs(context, t.url, admin);
    await page.getByRole('link', { name: 'API explorer' }).click();
    await page.getByRole('heading', { level: 1, name: 'Stipend API explorer' }).waitFor();
    await expectAccessibleInBoth(page, `the API explorer on ${name}`);
    await page.getByLabel('Query Editor').last().focus();
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText('{ me { username } }');
    await page.keyboard.press('Control+Enter');
    const answer = page.locator('.result-window').getByText('"admin"');
    await answer.waitFor();
    const box = await answer.boundingBox();
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(viewport.width);
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(viewport.height);
    await expectAccessibleInBoth(page, `an answer in the API explorer on ${name}`);
    await page.getByRole('link', { name: 'Stipend' }).click();
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    expectClean(context);
    await context.close();
  },
);
