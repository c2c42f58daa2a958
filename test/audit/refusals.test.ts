import { afterAll, expect, onTestFinished, test } from 'vitest';
import { createRefusalLog } from '../../src/audit/refusal-log.js';
import { connectionTo } from '../../src/database/connection.js';
import { openDatabase } from '../../src/database/database.js';
import { createLog } from '../../src/telemetry/log.js';
import { systemClock } from '../../src/values/clock.js';
import { post } from '../client.js';
import { useStipend } from '../harness.js';
import { failTimes } from '../login-limits/support.js';

const t = await useStipend({ TRUSTED_PROXIES: '127.0.0.1' });
const refreshBody = JSON.stringify({
  query: `mutation { refreshSession(refreshToken: "${'A'.repeat(43)}") { token } }`,
});
const refreshFrom = (url: string, ip: string) => post(url, refreshBody, { 'x-forwarded-for': ip });

/** Runs something so many times, 20 at once. */
async function manyTimes(times: number, work: (n: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const run = async () => {
    while (next < times) await work(next++);
  };
  await Promise.all(Array.from({ length: 20 }, run));
}

async function refusals(
  action: string,
): Promise<Array<{ subject: string | null; ip: string; count: number }>> {
  return t.database.sql(
    'SELECT subject, ip, count FROM audit_entries WHERE action = $1 AND id > $2 ORDER BY at, count',
    [action, start],
  );
}

/** Entries after this one are of the running test. */
let start = '00000000-0000-0000-0000-000000000000';

async function newProcess() {
  t.clock.advance(1_000);
  const [last] = await t.database.sql<{ id: string }>(
    'SELECT id FROM audit_entries ORDER BY id DESC LIMIT 1',
  );
  if (last) start = last.id;
  return t.startAnother();
}

test('the first refusal of a kind is written at once, and the others as one entry when the server stops', async () => {
  const { url, stop } = await newProcess();
  await failTimes(url, 3, () => 'vera', '198.51.100.9');
  await expect.poll(() => refusals('login.failed'), { interval: 5, timeout: 15_000 }).toHaveLength(1);
  await stop();
  const entry = { subject: t.viewer.id, ip: '198.51.100.9' };
  expect(await refusals('login.failed')).toEqual([
    { ...entry, count: 1 },
    { ...entry, count: 2 },
  ]);
});

test('refusals at 400 addresses leave no more than 50 entries in a window, and one for all the others', async () => {
  const { url, stop } = await newProcess();
  await manyTimes(400, (n) => refreshFrom(url, `10.${n % 200}.0.${n < 200 ? 1 : 2}`));
  await stop();
  const entries = await refusals('refresh.failed');
  expect(entries.reduce((total, { count }) => total + count, 0)).toBe(400);
  const others = entries.filter(({ ip }) => ip === null);
  expect(entries.length - others.length).toBe(50);
  expect(others.map(({ count }) => count)).toEqual([1, 349]);
});

async function openRefusalLog() {
  const lines: string[] = [];
  const database = openDatabase({
    connection: connectionTo({ connectionString: t.database.url }),
    poolSize: 2,
    statementTimeoutMs: 10_000,
    onConnectionLost: () => {},
  });
  // A connection takes longer than a window to open where other work goes on beside it.
  await database.pool.query('SELECT 1');
  const log = createLog('error', { write: (line: string) => lines.push(line) });
  const refusalLog = createRefusalLog({ database, clock: systemClock, log, windowMs: 100 });
  onTestFinished(async () => {
    await refusalLog.close();
    await database.close();
  });
  return { refusalLog, lines };
}

const refusal = (ip: string) => ({
  ...{ action: 'login.limited' as const, actorId: null, subject: null },
  ip,
});
const countsOf = async (ip: string) =>
  (
    await t.database.sql<{ count: number }>('SELECT count FROM audit_entries WHERE ip = $1 ORDER BY id', [ip])
  ).map(({ count }) => count);

test('a window ends by itself, and the next one begins with an entry at once', async () => {
  const { refusalLog } = await openRefusalLog();
  for (let times = 0; times < 10; times += 1) refusalLog.record(refusal('192.0.2.1'));
  await expect.poll(() => countsOf('192.0.2.1'), { interval: 5, timeout: 15_000 }).toEqual([1, 9]);
  refusalLog.record(refusal('192.0.2.1'));
  await expect.poll(() => countsOf('192.0.2.1'), { interval: 5, timeout: 15_000 }).toEqual([1, 9, 1]);
});

test('what the database does not take is logged, and written with a later window', async () => {
  const { refusalLog, lines } = await openRefusalLog();
  await t.database.sql('ALTER TABLE audit_entries RENAME TO not_there');
  for (let times = 0; times < 10; times += 1) refusalLog.record(refusal('192.0.2.2'));
  await expect.poll(() => lines.length, { interval: 5, timeout: 15_000 }).toBeGreaterThanOrEqual(2);
  await t.database.sql('ALTER TABLE not_there RENAME TO audit_entries');
  // Not as one entry where a window has ended between the failures.
  const total = async () => (await countsOf('192.0.2.2')).reduce((sum, count) => sum + count, 0);
  await expect.poll(total, { interval: 5, timeout: 15_000 }).toBe(10);
});

afterAll(() => expect(t.logLines.join('')).not.toContain('audit trail'));
