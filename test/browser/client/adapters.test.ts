import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { bundle } from '../../client/bundle.js';
import { insertEmployee } from '../../factories.js';
import { adminPassword, useStipend } from '../../harness.js';
import { openScript, useBrowser } from '../browser.js';

const stipend = await useStipend({}, { clock: { now: () => new Date() } });
const browser = await useBrowser();
const pay = `mutation Pay($input: IssuePaymentInput!) {
  issuePayment(input: $input) { replayed payment { note } }
}`;

/** The server does what it is asked, and its answer is lost. */
async function loseAnswers(page: Page, losses: number): Promise<string[]> {
  const bodies: string[] = [];
  await page.route('**/graphql', async (route) => {
    const body = route.request().postData() ?? '';
    if (!body.includes('issuePayment')) return route.continue();
    bodies.push(body);
    if (bodies.length > losses) return route.continue();
    await route.fetch();
    return route.abort('connectionreset');
  });
  return bodies;
}

for (const library of ['apollo', 'urql']) {
  const script = await bundle(`test/browser/client/${library}-page.ts`);
  const open = async () => {
    const context = await browser.newContext();
    const page = await openScript(context, stipend.url, script);
    const log = (password: string) =>
      page.evaluate((given) => globalThis.adapter.login('admin', given), password);
    return { page, log, query: (text: string) => page.evaluate((it) => globalThis.adapter.query(it), text) };
  };

  test(`${library} sends the login of the client, and goes on when its token is refused`, async () => {
    const { page, log, query } = await open();
    await log(adminPassword);
    expect(await query('{ me { username } }')).toMatchObject({ me: { username: 'admin' } });
    let refusals = 0;
    await page.route('**/graphql', (route) =>
      refusals++ === 0
        ? route.fulfill({ status: 401, json: { errors: [{ message: 'expired', extensions: {} }] } })
        : route.continue(),
    );
    expect(await query('{ me { role } }')).toMatchObject({ me: { role: 'ADMIN' } });
    // The refused query, the refresh, and the query again.
    expect(refusals).toBe(3);
  });

  test(`${library} pays once when answers are lost, with a key that is handed out first`, async () => {
    const { page, log } = await open();
    await log(adminPassword);
    const email = `${library}@example.com`;
    const employeeId = await insertEmployee(stipend.database, { name: 'Ada', email });
    const bodies = await loseAnswers(page, 2);
    const input = { employeeId, kind: 'BONUS', amount: { amount: '10.00', currency: 'EUR' } };
    const { data, keys } = await page.evaluate(
      ([document, variables]) => globalThis.adapter.mutate(document, variables),
      [pay, { input }] as const,
    );
    expect(data).toMatchObject({ issuePayment: { replayed: true } });
    expect(keys).toHaveLength(1);
    expect(bodies).toHaveLength(3);
    for (const body of bodies) expect(body).toContain(keys[0]);
    const rows = await stipend.database.sql(`SELECT 1 FROM payments WHERE employee_id = '${employeeId}'`);
    expect(rows).toHaveLength(1);
  });

  test(`${library} shows an error with its code`, async () => {
    const { log } = await open();
    const error = await log('wrong').catch((caught) => String(caught));
    expect(error).toContain('StipendError');
  });
}
