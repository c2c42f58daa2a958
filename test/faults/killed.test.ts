import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { findRunningPostgres } from '../../src/embedded-postgres/start.js';
import { logIn, send } from '../client.js';
import { runSql, type TestDatabase } from '../database.js';
import { postmasterPid } from '../embedded-postgres/support.js';
import { insertEmployee } from '../factories.js';
import { expectInvariants } from '../invariants.js';
import { issuePayment } from '../issue-payment/support.js';
import { cleanUp, closedPort, newFolder, planted, ready, spawnStipend, until } from '../start/support.js';
import { longMode } from './support.js';

cleanUp();

const rounds = Number(process.env.FAULT_ROUNDS ?? (longMode ? 100 : 3));
const roundMs = 60_000;
const payers = 4;
/** Acknowledged before the kill, so that it comes under load. */
const beforeTheKill = 20;

const dataDir = await newFolder();
const port = await closedPort();
const url = `http://127.0.0.1:${port}`;
const { ADMIN_PASSWORD } = planted;

function spawnApi() {
  const env = { DATA_DIR: dataDir, PORT: String(port), SEED: 'none', ADMIN_PASSWORD };
  return spawnStipend(env, [process.execPath, resolve('dist/main.js')]);
}

/** The embedded database, past the API, wherever it listens now. */
const database: TestDatabase = {
  url: '',
  sql: async (text, values) => {
    const connection = await findRunningPostgres(dataDir);
    if (!connection) throw new Error('no PostgreSQL runs');
    return runSql(connection, text, values);
  },
  drop: async () => {},
};

/** What the API has said of the payment under a key. */
const acknowledged = new Map<string, string>();

/** Pays under one key after the other, each tried until it is acknowledged, as an honest client does. */
async function payOn(payer: string, token: string, employeeId: string, over: () => boolean): Promise<void> {
  for (let number = 0; !over(); number++) {
    const idempotencyKey = `${payer}-${number}`;
    const amount = { amount: `${number + 1}.00`, currency: 'EUR' };
    const input = { employeeId, amount, kind: 'BONUS', idempotencyKey };
    for (;;) {
      const answer = await send(url, { query: issuePayment, variables: { input }, token }).catch(
        () => undefined,
      );
      if (answer?.data?.issuePayment) {
        acknowledged.set(idempotencyKey, answer.data.issuePayment.payment.id);
        break;
      }
      if (answer) expect(answer.errors?.[0]?.extensions.code, answer.text).toBe('SERVICE_UNAVAILABLE');
      await delay(20);
    }
  }
}

/** Every payment that was acknowledged is there, under its key; none is there twice, none is half. */
async function expectAllThere(): Promise<void> {
  const rows = await database.sql<{ key: string; id: string }>(
    `SELECT i.key, p.id FROM payments p LEFT JOIN idempotency_records i ON i.payment_id = p.id`,
  );
  expect(new Map(rows.map(({ key, id }) => [key, id]))).toEqual(acknowledged);
  expect(rows).toHaveLength(acknowledged.size);
  await expectInvariants(database);
}

test(
  `kill -9 of the API and of PostgreSQL in turn, under a load of payments, loses none that was acknowledged and pays none twice`,
  async () => {
    let api = spawnApi();
    await ready(api);
    const token = await logIn(url, 'admin', ADMIN_PASSWORD);
    const employeeId = await insertEmployee(database);
    for (let round = 0; round < rounds; round++) {
      const before = acknowledged.size;
      let over = false;
      const load = Promise.all(
        Array.from({ length: payers }, (_, payer) =>
          payOn(`${round}-${payer}`, token, employeeId, () => over),
        ),
      );
      await until(async () => acknowledged.size >= before + beforeTheKill, roundMs);
      if (round % 2 === 0) {
        api.child.kill('SIGKILL');
        await api.exited;
        api = spawnApi();
        await ready(api);
      } else {
        process.kill(await postmasterPid(dataDir), 'SIGKILL');
      }
      const atTheKill = acknowledged.size;
      await until(async () => acknowledged.size >= atTheKill + payers, roundMs);
      over = true;
      await load;
      await expectAllThere();
    }
    api.child.kill('SIGTERM');
    expect(await api.exited).toEqual({ code: 0, signal: null });
  },
  rounds * roundMs,
);
