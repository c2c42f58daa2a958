import { readFileSync } from 'node:fs';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { expectCode, expectData } from '../expect.js';
import { insertPayment } from '../factories.js';
import { useStipend } from '../harness.js';
import { expectRefusal, faultsIn, readEverything } from '../invariants.js';
import { voided } from '../void-payment/support.js';
import { paymentHeader, runImport } from './support.js';

const t = await useStipend();
const leftOut = ['sessions', 'refresh_tokens', 'audit_chain', 'audit_unchained', 'shared_values'];
await runImport(t, 'employees', readFileSync('docs/import/employees.csv'));
const template = readFileSync('docs/import/payments.csv', 'utf8');

async function imported() {
  const query = `{ payments { nodes { id kind amount { amount currency } period { start end } note status issuedAt
    issuedBy { username } employee { email } importReference } } }`;
  return expectData(await t.gql(query, {}, t.admin)).payments.nodes;
}

test('imported payments are marked, and the same file again changes nothing', async () => {
  expect(await runImport(t, 'payments', template)).toBe('3 payments imported, 0 were there already.\n');
  const nodes = await imported();
  expect(nodes).toContainEqual({
    id: expect.any(String),
    kind: 'EXPENSE',
    amount: { amount: '120.40', currency: 'EUR' },
    period: null,
    note: 'Train to Hamburg, return',
    status: 'ISSUED',
    issuedAt: '2026-05-29T12:00:00.000Z',
    issuedBy: { username: 'admin' },
    employee: { email: 'jonas.weber@example.com' },
    importReference: '2026-05-0003',
  });
  const after = await readEverything(t.database, leftOut);
  expect(await runImport(t, 'payments', template)).toBe('0 payments imported, 3 were there already.\n');
  expect(await readEverything(t.database, leftOut)).toEqual(after);
  const [entry] = await t.database.sql<{ changes: object[] }>(
    `SELECT changes FROM audit_entries WHERE action = 'payments.imported'`,
  );
  expect(entry?.changes).toContainEqual({ field: 'lines', before: null, after: '3' });
});

test('currencies that have ended can be imported, and a void lets the days be imported again', async () => {
  const line = (reference: string, amount: string, currency: string) =>
    `${paymentHeader}\n${reference},amara.okafor@example.com,SALARY,${amount},${currency},2018-04-01,2018-04-30,2018-04-30,\n`;
  expect(await runImport(t, 'payments', line('b-1', '9000', 'BGN'))).toContain('1 payments imported');
  const found = (await imported()).find(
    (node: { importReference: string }) => node.importReference === 'b-1',
  );
  expect(found.amount).toEqual({ amount: '9000.00', currency: 'BGN' });
  expect(await runImport(t, 'payments', line('b-2', '9000', 'DEM'))).toContain('line 2, period_start');
  await voided(t, found.id);
  expect(await runImport(t, 'payments', line('b-2', '9000', 'DEM'))).toContain('1 payments imported');
});

test('a payment from before 1970 is imported once', async () => {
  const text = `${paymentHeader}\nold,amara.okafor@example.com,BONUS,50,DEM,,,1950-06-30,\n`;
  expect(await runImport(t, 'payments', text)).toContain('1 payments imported');
  expect(await runImport(t, 'payments', text)).toContain('0 payments imported, 1 were there already');
  const old = (await imported()).find((one: { importReference: string }) => one.importReference === 'old');
  expect(old).toMatchObject({ issuedAt: '1950-06-30T12:00:00.000Z', amount: { amount: '50.00' } });
});

test('each problem is listed by line and column, all of them, and nothing is written', async () => {
  const [employee] = await t.database.sql<{ id: string }>(
    `SELECT id FROM employees WHERE email = 'jonas.weber@example.com'`,
  );
  await insertPayment(t.database, {
    ...{ employeeId: employee?.id ?? '', kind: 'SALARY', period: ['2020-01-01', '2020-01-31'] },
  });
  const before = await readEverything(t.database, leftOut);
  const jonas = 'jonas.weber@example.com';
  const printed = await runImport(
    t,
    'payments',
    `${paymentHeader}
n-1,${jonas},SALARY,1,EUR,2021-01-01,2021-01-31,2021-01-31,
n-2,${jonas},SALARY,1,EUR,2021-01-31,2021-02-28,2021-02-28,
n-1,${jonas},BONUS,1,EUR,,,2021-01-31,
n-3,${jonas},SALARY,1,EUR,2020-01-31,2020-02-28,2020-02-28,
n-4,nobody@example.com,BONUS,1,EUR,,,2021-01-31,
n-5,${jonas},GIFT,-1,EUR,,,2099-01-01,
n-6,${jonas},SALARY,1,QQQ,,,2021-01-31,
n-7,${jonas},BONUS,1,EUR,2021-03-31,,2021-01-31,
2026-05-0003,${jonas},EXPENSE,999.00,EUR,,,2026-05-29,"Train to Hamburg, return"
`,
  );
  const places = printed.split('\n').map((line) => line.split(':')[0]);
  expect(places.slice(0, -1).sort()).toEqual(
    [
      ...['line 7, kind', 'line 7, paid_on', 'line 7, amount', 'line 8, currency', 'line 8, period_start'],
      ...['line 9, period_end', 'line 6, employee_email', 'line 4, reference', 'line 10, reference'],
      ...['line 3, period_start', 'line 5, period_start'],
    ].sort(),
  );
  expect(places.at(-1)).toBe('11 problems in 9 lines. Nothing was imported.');
  expect(await readEverything(t.database, leftOut)).toEqual(before);
});

test('the same over HTTP, for admins: problems are data, and nothing is written then', async () => {
  const query = `mutation ($input: ImportFileInput!) { importFile(input: $input) {
    lines imported alreadyThere problems { line column message } } }`;
  const run = async (input: object) => expectData(await t.gql(query, { input }, t.admin)).importFile;
  const line = (amount: string) =>
    `${paymentHeader}\nh-1,amara.okafor@example.com,BONUS,${amount},EUR,,,2021-01-31,\n`;
  const done = { lines: 1, imported: 1, alreadyThere: 0, problems: [] };
  expect(await run({ kind: 'PAYMENTS', text: line('5'), dryRun: true })).toEqual({ ...done, imported: 0 });
  expect(await run({ kind: 'PAYMENTS', text: line('-5') })).toEqual({
    ...{ ...done, imported: 0 },
    problems: [{ line: 2, column: 'amount', message: expect.stringContaining('not a decimal number') }],
  });
  expect(await run({ kind: 'PAYMENTS', text: line('5') })).toEqual(done);
  expect(await run({ kind: 'PAYMENTS', text: line('5') })).toEqual({ ...done, imported: 0, alreadyThere: 1 });
  for (const account of [t.viewer, t.employee]) {
    const attempt = () => t.gql(query, { input: { kind: 'PAYMENTS', text: line('6') } }, account);
    await expectRefusal(t.database, attempt, { code: 'FORBIDDEN' });
  }
  expect(faultsIn(t.logLines)).toEqual([]);
});

test('an import over HTTP waits seconds for another one and is refused, a command says what it waits for', async () => {
  const other = new pg.Client(t.database.url);
  await other.connect();
  onTestFinished(() => other.end());
  await other.query("BEGIN; SELECT pg_advisory_xact_lock(hashtext('stipend:import'))");
  const { rows } = await other.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const text = `${paymentHeader}\nw-1,amara.okafor@example.com,BONUS,7,EUR,,,2021-01-31,\n`;
  const query = 'mutation ($input: ImportFileInput!) { importFile(input: $input) { imported } }';
  const answer = await t.gql(query, { input: { kind: 'PAYMENTS', text } }, t.admin);
  expect(answer.status).toBe(503);
  expect(expectCode(answer, 'SERVICE_UNAVAILABLE').message).toMatch(/^Another import is running/);
  const waits: string[] = [];
  const onProgress = (message: string) => {
    if (!message.startsWith('Waiting')) return;
    waits.push(message);
    void other.query('COMMIT');
  };
  expect(await runImport(t, 'payments', text, { onProgress })).toBe(
    '1 payments imported, 0 were there already.\n',
  );
  expect(waits).toEqual([
    `Waiting for another process (PostgreSQL's process ${rows[0]?.pid}), which imports a file`,
  ]);
});
