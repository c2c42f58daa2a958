import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type App, createApp } from '../../src/start/app.js';
import { parseConfig } from '../../src/start/config.js';
import { createLog } from '../../src/telemetry/log.js';
import { logIn, send } from '../client.js';
import type { TestDatabase } from '../database.js';
import { until } from '../embedded-postgres/support.js';
import { expectCode, expectData } from '../expect.js';
import { insertEmployee } from '../factories.js';
import { adminPassword, jwtSecret } from '../harness.js';
import { expectInvariants } from '../invariants.js';
import { issuePayment } from '../issue-payment/support.js';
import { figures } from '../metrics/figures.js';
import { freePort, type Postgres15, startPostgres15, startReplica15, usePlaces } from './support.js';

usePlaces();

const kills = Number(process.env.FAILOVER_KILLS ?? 2);
const eachKillMs = 120_000;
const payers = 4;
/** Acknowledged before a kill, so that it comes under load. */
const beforeTheKill = 20;
/** What is later is counted. */
const revokedWithinMs = 1_000;
const metricsToken = 'a metrics token for tests';

let primary = await startPostgres15();
let replica: Postgres15;
const apps: App[] = [];
let employeeId = '';
let admin = '';

const database: TestDatabase = {
  url: '',
  sql: (text, values) => primary.sql(text, 'postgres', values),
  drop: async () => {},
};

/** The replica takes part in commits. */
const isSynchronous = () =>
  until(
    async () => (await primary.sql(`SELECT FROM pg_stat_replication WHERE sync_state = 'sync'`)).length > 0,
    30_000,
  );

async function startStipend(): Promise<App> {
  const hosts = [primary, replica].map(({ port }) => `127.0.0.1:${port}`).join(',');
  return createApp(
    parseConfig({
      PORT: '0',
      DATABASE_URL: `postgresql://postgres:x@${hosts}/postgres?target_session_attrs=read-write`,
      JWT_SECRET: jwtSecret,
      ADMIN_PASSWORD: adminPassword,
      METRICS_TOKEN: metricsToken,
      OPERATION_TIMEOUT: '3s',
    }),
    { log: createLog('silent', { write: () => {} }) },
  );
}

beforeAll(async () => {
  replica = await startReplica15(primary, await freePort());
  await primary.sql(`ALTER SYSTEM SET synchronous_standby_names = '*'`);
  await primary.sql('SELECT pg_reload_conf()');
  await isSynchronous();
  apps.push(await startStipend(), await startStipend());
  employeeId = await insertEmployee(database);
  admin = await logIn(urlOf(0), 'admin', adminPassword);
}, 120_000);
afterAll(async () => {
  for (const app of apps) await app.stop();
});

const urlOf = (number: number): string => apps[number % apps.length]?.url ?? '';
const statusOf = async (path: string) => (await fetch(new URL(path, urlOf(0)))).status;
const waitingSeconds = async () =>
  (await figures(urlOf(0), `Bearer ${metricsToken}`)).value('stipend_commit_waiting_seconds');

/** By idempotency key, the payment that Stipend has told of. */
const acknowledged = new Map<string, string>();
const counts = { unanswered: 0, revoked: 0, late: 0 };

/** Pays under one key after the other, each tried until it is acknowledged, as an honest client does. */
async function payOn(payer: number, round: number, over: () => boolean): Promise<void> {
  for (let number = 0; !over(); number++) {
    const key = `${round}-${payer}-${number}`;
    const amount = { amount: `${number + 1}.00`, currency: 'EUR' };
    const input = { employeeId, amount, kind: 'BONUS', idempotencyKey: key };
    for (let attempt = 0; !acknowledged.has(key); attempt++) {
      // Each try may go to another server of Stipend.
      const answer = await send(urlOf(payer + attempt), {
        query: issuePayment,
        variables: { input },
        token: admin,
      });
      if (answer.data?.issuePayment) {
        acknowledged.set(key, answer.data.issuePayment.payment.id);
      } else {
        expectCode(answer, 'SERVICE_UNAVAILABLE');
        counts.unanswered += 1;
        await delay(50);
      }
    }
  }
}

const me = (url: string, token: string) => send(url, { query: '{ me { username } }', token });

/** Tokens whose end was acknowledged. */
const revoked: string[] = [];

/** Logs in at one server and out again, and looks whether the other one knows in time. */
async function logInAndOut(over: () => boolean): Promise<void> {
  for (let round = 0; !over(); round++) {
    const login = await send(urlOf(round), {
      query: `mutation { login(username: "admin", password: "${adminPassword}") { token } }`,
    });
    const token: string | undefined = login.data?.login?.token;
    const out =
      token && (await send(urlOf(round), { query: 'mutation { logout { revokedSessions } }', token }));
    if (!token || !out || out.data?.logout?.revokedSessions !== 1) {
      await delay(50);
      continue;
    }
    const since = performance.now();
    revoked.push(token);
    while ((await me(urlOf(round + 1), token)).data?.me) {
      if (performance.now() - since > revokedWithinMs) counts.late += 1;
      await delay(20);
    }
  }
}

async function expectRevoked(url: string, token: string): Promise<void> {
  for (;;) {
    const answer = await me(url, token);
    if (answer.errors?.[0]?.extensions.code !== 'SERVICE_UNAVAILABLE') {
      expectCode(answer, 'UNAUTHENTICATED');
      return;
    }
    await delay(50);
  }
}

/** Kills the primary, promotes its replica, and gives that one a replica on the port of the one that is gone. */
async function failOver(): Promise<void> {
  const { port } = primary;
  await primary.program.stop();
  await replica.sql('SELECT pg_promote()');
  primary = replica;
  replica = await startReplica15(primary, port);
  await isSynchronous();
}

/** What the database has, beside what was acknowledged. */
async function compare() {
  const rows = await database.sql<{ key: string | null; id: string }>(
    `SELECT i.key, p.id FROM payments p LEFT JOIN idempotency_records i ON i.payment_id = p.id`,
  );
  const found = new Map(rows.map(({ key, id }) => [key, id]));
  return {
    lost: [...acknowledged].filter(([key, id]) => found.get(key) !== id).length,
    doubled: rows.length - acknowledged.size,
    half: rows.filter(({ key }) => key === null).length,
  };
}

test(
  'killing the primary under load loses no payment that was acknowledged, pays none twice, and brings no session back',
  async () => {
    for (let round = 0; round < kills; round++) {
      const before = acknowledged.size;
      const revokedBefore = revoked.length;
      let over = false;
      onTestFinished(() => {
        over = true;
      });
      const load = Promise.all([
        logInAndOut(() => over),
        ...Array.from({ length: payers }, (_, payer) => payOn(payer, round, () => over)),
      ]);
      await until(
        async () => acknowledged.size >= before + beforeTheKill && revoked.length > revokedBefore,
        eachKillMs,
      );
      await failOver();
      const atTheKill = acknowledged.size;
      await until(async () => acknowledged.size >= atTheKill + payers, eachKillMs);
      over = true;
      await load;
      expect(await compare()).toEqual({ lost: 0, doubled: 0, half: 0 });
      await expectInvariants(database);
      for (const token of revoked) for (const { url } of apps) await expectRevoked(url, token);
    }
    counts.revoked = revoked.length;
    process.stdout.write(
      `${JSON.stringify({ kills, acknowledged: acknowledged.size, ...(await compare()), ...counts })}\n`,
    );
  },
  kills * eachKillMs,
);

test('a payment whose commit waits for a replica that has died is answered, shown, and paid once', async () => {
  await until(async () => (await statusOf('/readyz')) === 200, 30_000);
  const input = {
    ...{ employeeId, amount: { amount: '1.00', currency: 'EUR' }, kind: 'BONUS' },
    idempotencyKey: randomUUID(),
  };
  const pay = () => send(urlOf(0), { query: issuePayment, variables: { input }, token: admin });
  const { port } = replica;
  await replica.program.stop();
  expectCode(await pay(), 'SERVICE_UNAVAILABLE');
  await until(async () => (await statusOf('/readyz')) === 503, 30_000);
  expect(await waitingSeconds()).toBeGreaterThan(0.5);
  // What is read needs no replica.
  expectData(await send(urlOf(0), { query: `{ employee(id: "${employeeId}") { name } }`, token: admin }));

  replica = await startReplica15(primary, port);
  await isSynchronous();
  await until(async () => (await statusOf('/readyz')) === 200, 30_000);
  expect(expectData(await pay())).toMatchObject({ issuePayment: { replayed: true } });
  const [made] = await database.sql('SELECT count(*)::int FROM idempotency_records WHERE key = $1', [
    input.idempotencyKey,
  ]);
  expect(made).toEqual({ count: 1 });
});
