import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startEmbeddedPostgres } from '../../src/embedded-postgres/start.js';
import { createApp } from '../../src/start/app.js';
import { parseConfig } from '../../src/start/config.js';
import { failureOf } from '../../src/telemetry/failure.js';
import { createLog } from '../../src/telemetry/log.js';
import { logIn, send } from '../client.js';
import { runSql } from '../database.js';
import { insertEmployee } from '../factories.js';
import { adminPassword, jwtSecret } from '../harness.js';
import { expectInvariants } from '../invariants.js';
import { issuePayment } from '../issue-payment/support.js';
import { cleanUp, closedPort, newFolder, until } from '../start/support.js';
import { expectUnavailable, healthOf, inTime, soon } from './support.js';

cleanUp();

const folder = await newFolder();

/** A disk that is soon full: only root may make one. */
function mounted(): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=160m', 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function fillDisk(path: string): Promise<void> {
  const file = await open(path, 'w');
  const zeros = Buffer.alloc(64 * 1024);
  try {
    for (;;) await file.write(zeros);
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' });
  } finally {
    await file.close();
  }
}

async function useStipendOnDisk() {
  const port = await closedPort();
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    min_wal_size: '32MB',
    max_wal_size: '32MB',
  };
  const postgres = await startEmbeddedPostgres({ dataDir: folder, settings });
  const { password } = postgres.connection;
  const superuser = { host: '127.0.0.1', port, user: 'postgres', password, database: 'postgres' };
  const config = parseConfig({
    PORT: '0',
    DATABASE_URL: `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`,
    JWT_SECRET: jwtSecret,
    ADMIN_PASSWORD: adminPassword,
  });
  const app = await createApp(config, { log: createLog('silent', { write: () => {} }) });
  const stop = async () => {
    await app.stop();
    await postgres.stop();
  };
  const sql = <Row extends object>(text: string, values?: unknown[]) => runSql<Row>(superuser, text, values);
  return { url: app.url, database: { url: '', sql, drop: stop }, stop };
}

if (mounted()) {
  test('with the disk full, payments are SERVICE_UNAVAILABLE and /readyz is red; with room again they are made, once each', async () => {
    try {
      const { url, database, stop } = await useStipendOnDisk();
      try {
        const token = await logIn(url, 'admin', adminPassword);
        const employeeId = await insertEmployee(database);
        const pay = (idempotencyKey: string) => {
          const amount = { amount: '1.00', currency: 'EUR' };
          const input = { employeeId, amount, kind: 'BONUS', note: 'x'.repeat(500), idempotencyKey };
          return send(url, { query: issuePayment, variables: { input }, token });
        };
        const keys: string[] = [];
        await fillDisk(join(folder, 'filler'));
        // What PostgreSQL holds in reserve goes first.
        await until(async () => {
          const some = Array.from({ length: 50 }, () => randomUUID());
          keys.push(...some);
          const answers = await inTime('payments', Promise.all(some.map(pay)), 15_000);
          const refused = answers.filter(({ errors }) => errors);
          for (const answer of refused) expectUnavailable(answer, 'a payment');
          return refused.length === some.length;
        }, 60_000);
        expect(await healthOf(url, '/readyz')).toBe(503);
        expect(await healthOf(url, '/healthz')).toBe(200);
        await rm(join(folder, 'filler'));
        const last = keys.at(-1) ?? '';
        await soon('a payment', async () => (await pay(last)).errors === undefined);
        await until(async () => (await healthOf(url, '/readyz')) === 200, 5_000);
        for (const key of keys.slice(-60)) expect((await pay(key)).errors).toBeUndefined();
        await expectInvariants(database);
      } finally {
        await stop();
      }
    } finally {
      execFileSync('umount', ['-l', folder]);
    }
  }, 120_000);
} else {
  test('where no small disk can be mounted: what PostgreSQL says on a full one is no fault of the server', () => {
    const said = Object.assign(new Error('could not extend file: No space left on device'), {
      code: '53100',
    });
    expect(failureOf(said).code).toBe('SERVICE_UNAVAILABLE');
  });
}
