import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { startEmbeddedPostgres } from '../../src/embedded-postgres/start.js';
import { createApp } from '../../src/start/app.js';
import { parseConfig } from '../../src/start/config.js';
import { createLog } from '../../src/telemetry/log.js';
import { logIn } from '../client.js';
import { runSql, type TestDatabase } from '../database.js';
import { insertEmployee, insertPayment, insertUser, userPassword } from '../factories.js';
import { adminPassword, jwtSecret } from '../harness.js';
import { closedPort } from '../start/support.js';

/** A PostgreSQL that a test stops and starts, always at the same address and with the same data. */
export interface OwnServer {
  /** For DATABASE_URL. */
  readonly url: string;
  readonly password: string;
  readonly database: TestDatabase;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export async function ownServer(): Promise<OwnServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'stipend-away-'));
  const port = await closedPort();
  // A TCP address stays the same; the unix socket lies in a new folder at each start.
  const settings = { listen_addresses: '127.0.0.1', port: String(port), fsync: 'off' };
  const boot = () => startEmbeddedPostgres({ dataDir, settings });
  let postgres = await boot();
  afterAll(async () => {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  });
  const { password } = postgres.connection;
  const superuser = { host: '127.0.0.1', port, user: 'postgres', password, database: 'postgres' };
  await runSql(superuser, `CREATE ROLE stipend LOGIN CREATEROLE PASSWORD '${password}'`);
  await runSql(superuser, 'CREATE DATABASE stipend OWNER stipend');
  const connection = { ...superuser, user: 'stipend', database: 'stipend' };
  const url = `postgresql://stipend:${password}@127.0.0.1:${port}/stipend`;
  const stop = () => postgres.stop();
  return {
    url,
    password,
    database: { url, sql: (text, values) => runSql(connection, text, values), drop: stop },
    start: async () => {
      postgres = await boot();
    },
    stop,
  };
}

/** A Stipend on a server that can go away, with somebody of each role logged in. */
export async function useStipendOn(server: OwnServer) {
  const logLines: string[] = [];
  const config = parseConfig({
    PORT: '0',
    DATABASE_URL: server.url,
    JWT_SECRET: jwtSecret,
    DATA_KEY: 'a data key for tests, of more than 32 bytes',
    ADMIN_PASSWORD: adminPassword,
  });
  const log = createLog(config.logLevel, { write: (line: string) => logLines.push(line) });
  const app = await createApp(config, { log });
  afterAll(() => app.stop());
  const { url } = app;
  const employeeId = await insertEmployee(server.database);
  const paymentId = await insertPayment(server.database, { employeeId });
  await insertUser(server.database, { username: 'vera', role: 'VIEWER' });
  await insertUser(server.database, { username: 'emil', role: 'EMPLOYEE', employeeId });
  const tokens = {
    ADMIN: await logIn(url, 'admin', adminPassword),
    VIEWER: await logIn(url, 'vera', userPassword),
    EMPLOYEE: await logIn(url, 'emil', userPassword),
  };
  return { url, logLines, employeeId, paymentId, tokens };
}
