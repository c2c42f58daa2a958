import { once } from 'node:events';
import { request } from 'node:http';
import { expect, test } from 'vitest';
import { expectCode, expectData } from '../expect.js';
import { insertEmployee } from '../factories.js';
import { useStipend } from '../harness.js';
import { hold } from '../http/support.js';
import { faultsIn } from '../invariants.js';
import { figures } from '../metrics/figures.js';
import { until } from '../start/support.js';
import { employeeHeader, paymentHeader } from './support.js';

const metricsToken = 'a metrics token for tests';
const t = await useStipend({ METRICS_TOKEN: metricsToken });

const query = `mutation ($input: ImportFileInput!) { importFile(input: $input) {
  lines imported alreadyThere problems { line column message } } }`;

/** A file that is larger than a request of others may be. */
const people = 3_000;
const employees = `${employeeHeader}\n${Array.from(
  { length: people },
  (_, index) =>
    `Somebody With A Long Name ${index},somebody-${index}@example.com,Engineer,Engineering,2026-01-01,,4000,EUR,MONTH,,,\n`,
).join('')}`;

const bodyOf = (text: string, dryRun = false) =>
  JSON.stringify({ query, variables: { input: { kind: 'EMPLOYEES', text, dryRun } } });

/** Sends it whole, saying its length, or in chunks, saying none. */
async function post(body: string, token?: string, chunked = false) {
  const headers = {
    'content-type': 'application/json',
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(chunked ? { 'transfer-encoding': 'chunked' } : { 'content-length': Buffer.byteLength(body) }),
  };
  const sent = request(`${t.url}/graphql`, { method: 'POST', headers, agent: false });
  // A server may close the connection before all of it is sent.
  sent.on('error', () => {});
  sent.end(body);
  const [response] = await once(sent, 'response');
  let text = '';
  for await (const part of response) text += part;
  return { status: response.statusCode, text };
}

test('an admin imports a file that is larger than a request of others may be, each line of it once', async () => {
  expect(Buffer.byteLength(employees)).toBeGreaterThan(300_000);
  const input = { kind: 'EMPLOYEES', text: employees };
  const { importFile } = expectData(await t.gql(query, { input: { ...input, dryRun: true } }, t.admin));
  expect(importFile).toEqual({ lines: people, imported: 0, alreadyThere: 0, problems: [] });
  // The second time the document is known.
  for (const imported of [people, 0]) {
    const found = expectData(await t.gql(query, { input }, t.admin)).importFile;
    expect(found).toEqual({ lines: people, imported, alreadyThere: people - imported, problems: [] });
  }
});

test('a character that is not allowed is a problem of its line and column', async () => {
  const line = (name: string, email: string) => `${name},${email},x,x,2026-01-01,,1,EUR,MONTH,,,`;
  const text = [
    employeeHeader,
    line('A\u0000', 'a@example.com'),
    line('B', 'b\u0007@example.com'),
    'C\u0000',
  ].join('\n');
  const answer = await t.gql(query, { input: { kind: 'EMPLOYEES', text } }, t.admin);
  expect(expectData(answer).importFile).toMatchObject({
    imported: 0,
    problems: [
      { line: 2, column: 'name' },
      { line: 3, column: 'email' },
      { line: 4, column: null },
    ],
  });
  const half = await t.gql(query, { input: { kind: 'EMPLOYEES', text: 'name\ud800' } }, t.admin);
  expectCode(half, 'BAD_USER_INPUT', { field: 'text' });
});

test('nobody else sends so much, nor does an admin who does not say how much it is, or sends more than 8 MB', async () => {
  const refused = (limit: number) => ({
    status: 413,
    text: expect.stringContaining(`larger than ${limit} bytes`),
  });
  const [usual, most] = [262_144, 8_388_608];
  const body = bodyOf(employees, true);
  for (const token of [undefined, t.viewer.token, t.employee.token])
    expect(await post(body, token)).toEqual(refused(usual));
  for (const token of [undefined, t.viewer.token, t.admin.token])
    expect(await post(body, token, true)).toEqual(refused(usual));
  expect(await post(body, 'no-token')).toMatchObject({
    status: 401,
    text: expect.stringContaining('UNAUTHENTICATED'),
  });
  expect(await post(bodyOf('x'.repeat(most)), t.admin.token)).toEqual(refused(most));
  expect(await post(bodyOf(employees, true), t.admin.token)).toMatchObject({ status: 200 });
});

test('of a file with thousands of problems as many are told as an answer holds', async () => {
  const text = employees.replaceAll(',4000,', ',much,').replaceAll(',2026-01-01,', ',01.01.2026,');
  const { problems } = expectData(
    await t.gql(query, { input: { kind: 'EMPLOYEES', text } }, t.admin),
  ).importFile;
  expect(problems).toHaveLength(5_001);
  expect(problems[4_999]).toMatchObject({ line: 2_501 });
  expect(problems[5_000]).toEqual({
    line: 2_502,
    column: null,
    message: expect.stringMatching(/^And \d+ more problems/),
  });
});

test('an admin sends so much for nothing but an import', async () => {
  const input = { kind: 'EMPLOYEES', text: employees, dryRun: true };
  for (const document of [
    query.replace('{ importFile', '{ logout importFile'),
    query.replace('mutation (', 'mutation Other { logout } mutation Import ('),
    'query ($input: ImportFileInput) { me { username } }',
  ]) {
    const answer = await post(JSON.stringify({ query: document, variables: { input } }), t.admin.token);
    expect(answer).toEqual({ status: 413, text: expect.stringContaining('larger than 262144 bytes') });
  }
  const named = query.replace('mutation (', 'query Other { me { username } } mutation Import (');
  const both = { query: named, operationName: 'Import', variables: { input } };
  expect((await post(JSON.stringify(both), t.admin.token)).text).toContain(`"lines":${people}`);
});

test('other variables of an upload are held to their number, and a document to its length', async () => {
  const many = { input: { kind: 'EMPLOYEES', text: employees, more: Array(20_000).fill(1) } };
  const values = await post(JSON.stringify({ query, variables: many }), t.admin.token);
  expect(values.text).toContain('QUERY_TOO_COMPLEX');
  const document = await post(JSON.stringify({ query: `{ a ${'b '.repeat(200_000)} }` }), t.admin.token);
  expect(document.text).toContain('QUERY_TOO_COMPLEX');
});

test('an import whose client goes away is taken back', async () => {
  await insertEmployee(t.database, { email: 'away@example.com' });
  const text = `${paymentHeader}\naway-1,away@example.com,BONUS,1.00,EUR,,,2026-01-31,\n`;
  const release = await hold(t, 'LOCK TABLE payments IN SHARE MODE');
  const inserting = () =>
    t.database.sql(`SELECT 1 FROM pg_stat_activity WHERE datname = current_database()
      AND wait_event_type = 'Lock' AND query LIKE 'INSERT INTO payments%'`);
  const client = new AbortController();
  const sent = fetch(`${t.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${t.admin.token}` },
    body: JSON.stringify({ query, variables: { input: { kind: 'PAYMENTS', text } } }),
    signal: client.signal,
  }).catch(() => undefined);
  await until(async () => (await inserting()).length === 1, 10_000);
  client.abort();
  await sent;
  const inFlight = async () =>
    (await figures(t.url, `Bearer ${metricsToken}`)).value('stipend_requests_in_flight');
  await until(async () => (await inFlight()) === 0, 10_000);
  await release();
  const free = `SELECT pg_try_advisory_xact_lock(hashtext('stipend:import')) AS free`;
  await until(async () => (await t.database.sql<{ free: boolean }>(free))[0]?.free === true, 10_000);
  expect(await t.database.sql(`SELECT 1 FROM payments WHERE import_reference = 'away-1'`)).toEqual([]);
  expect(faultsIn(t.logLines)).toEqual([]);
});
