import { expect, onTestFinished, test } from 'vitest';
import type { App } from '../../src/start/app.js';
import { createApp } from '../../src/start/app.js';
import { parseConfig } from '../../src/start/config.js';
import { createLog } from '../../src/telemetry/log.js';
import { logIn, send } from '../client.js';
import { useStore } from '../database/support.js';
import { expectCode, expectData } from '../expect.js';
import { adminPassword, jwtSecret } from '../harness.js';
import { startPostgres15, usePlaces } from './support.js';

usePlaces();
const server = await startPostgres15(['--encoding=UTF8', '--locale=C'], {});
const latin = await startPostgres15(['--encoding=LATIN1', '--locale=C']);

async function start(url: string, logLines: string[] = []): Promise<App> {
  const config = parseConfig({
    PORT: '0',
    DATABASE_URL: url,
    JWT_SECRET: jwtSecret,
    ADMIN_PASSWORD: adminPassword,
  });
  const app = await createApp(config, { log: createLog('info', { write: (line) => logLines.push(line) }) });
  onTestFinished(() => app.stop());
  return app;
}

const me = async (app: App) => {
  const token = await logIn(app.url, 'admin', adminPassword);
  return expectData(await send(app.url, { query: '{ me { username } }', token }));
};

const tablesOf = (database: string, on = server) =>
  on.sql("SELECT schemaname AS schema FROM pg_tables WHERE tablename = 'payments'", database);

test('a database that is not UTF-8 is refused in one line, before anything is written', async () => {
  await expect(useStore(latin.url('postgres'))).rejects.toThrow(
    /^The database of DATABASE_URL can't be used: the database is encoded in LATIN1, and Stipend needs UTF8\.$/,
  );
  expect(await tablesOf('postgres', latin)).toEqual([]);
});

test('defaults of the database that would falsify instants, isolation or bytes have no effect', async () => {
  await server.sql('CREATE DATABASE odd');
  for (const setting of [
    "TimeZone = 'Asia/Kolkata'",
    "DateStyle = 'German'",
    "client_encoding = 'LATIN1'",
    "default_transaction_isolation = 'serializable'",
    "bytea_output = 'escape'",
    "IntervalStyle = 'sql_standard'",
  ]) {
    await server.sql(`ALTER DATABASE odd SET ${setting}`);
  }
  const app = await start(server.url('odd'));
  expect(await me(app)).toEqual({ me: { username: 'admin' } });
  const [row] = await server.sql<{ apart: number }>(
    'SELECT abs(extract(epoch FROM now() - created_at))::float AS apart FROM sessions',
    'odd',
  );
  expect(row?.apart).toBeLessThan(60);
});

test.each([
  ['?schema=', 'named', '?schema=payroll', undefined],
  ['options', 'by_options', '?options=-c%20search_path%3Dpayroll', 'CREATE SCHEMA payroll'],
  ['"$user"', 'by_user', '', 'CREATE SCHEMA postgres'],
])(
  'the schema that %s names has all tables, and the next start finds them',
  async (_title, name, query, create) => {
    await server.sql(`CREATE DATABASE ${name}`);
    if (create) await server.sql(create, name);
    for (let starts = 0; starts < 2; starts++) {
      const app = await start(server.url(name) + query);
      expect(await me(app)).toEqual({ me: { username: 'admin' } });
      await app.stop();
    }
    const schema = create?.includes('postgres') ? 'postgres' : 'payroll';
    expect(await tablesOf(name)).toEqual([{ schema }]);
  },
);

test('a schema that comes into the search path later does not hide the tables', async () => {
  await server.sql('CREATE DATABASE later');
  await (await start(server.url('later'))).stop();
  await server.sql('CREATE SCHEMA postgres', 'later');
  const app = await start(server.url('later'));
  expect(await me(app)).toEqual({ me: { username: 'admin' } });
  expect(await tablesOf('later')).toEqual([{ schema: 'public' }]);
});

test('extensions in a schema of their own are found', async () => {
  await server.sql('CREATE DATABASE extended');
  await server.sql('CREATE SCHEMA extensions; CREATE EXTENSION btree_gist SCHEMA extensions', 'extended');
  expect(await me(await start(server.url('extended')))).toEqual({ me: { username: 'admin' } });
});

test('a search path without a schema is refused in one line', async () => {
  await server.sql('CREATE DATABASE bare');
  await expect(useStore(`${server.url('bare')}?options=-c%20search_path%3Dnowhere`)).rejects.toThrow(
    /^No schema of the search path exists.*$/,
  );
});

test('a parameter that is not understood stops the start, and one that is decided elsewhere is named in the log', async () => {
  await expect(useStore(`${server.url('postgres')}?sslmde=require`)).rejects.toThrow(
    'DATABASE_URL has the parameter sslmde, which Stipend does not know.',
  );
  await expect(useStore(`${server.url('postgres')}?sslmode=maybe`)).rejects.toThrow(/sslmode must be one of/);
  await server.sql('CREATE DATABASE parameters');
  const lines: string[] = [];
  await start(`${server.url('parameters')}?connection_limit=3&statement_timeout=5`, lines);
  expect(lines.join('')).toContain('connection_limit: DATABASE_POOL_SIZE decides');
  expect(lines.join('')).toContain('statement_timeout: OPERATION_TIMEOUT decides');
});

test('a server without TLS is not taken for a wrong password', async () => {
  await expect(useStore(`${server.url('postgres')}?sslmode=require`)).rejects.toThrow(
    /does not offer TLS.*sslmode/,
  );
});

test('a database that is read-only is refused at the start, and makes /readyz 503 later', async () => {
  await server.sql('CREATE DATABASE frozen');
  const app = await start(server.url('frozen'));
  const ready = async () => (await fetch(`${app.url}/readyz`)).status;
  expect(await ready()).toBe(200);
  await server.sql('ALTER SYSTEM SET default_transaction_read_only = on');
  await server.sql('SELECT pg_reload_conf()');
  try {
    await expect.poll(ready).toBe(503);
    await expect(useStore(server.url('frozen'))).rejects.toThrow(/takes no writes/);
  } finally {
    await server
      .sql('SET default_transaction_read_only = off; ALTER SYSTEM RESET default_transaction_read_only')
      .catch(async () => {
        await server.sql('ALTER SYSTEM RESET default_transaction_read_only');
      });
    await server.sql('SELECT pg_reload_conf()');
  }
  await expect.poll(ready).toBe(200);
  const locked = server.sql('BEGIN; LOCK TABLE payments IN SHARE MODE; SELECT pg_sleep(3); COMMIT', 'frozen');
  await expect.poll(ready).toBe(503);
  await locked;
  await expect.poll(ready).toBe(200);
});

const refusals: Array<[string, string, string]> = [
  ['NOLOGIN', 'ALTER ROLE clerk NOLOGIN', 'ALTER ROLE clerk LOGIN'],
  [
    'no connection allowed',
    'ALTER DATABASE refusing ALLOW_CONNECTIONS off',
    'ALTER DATABASE refusing ALLOW_CONNECTIONS on',
  ],
  [
    'no right to connect',
    'REVOKE CONNECT ON DATABASE refusing FROM PUBLIC, clerk',
    'GRANT CONNECT ON DATABASE refusing TO clerk',
  ],
];

test('a connection that the database refuses is SERVICE_UNAVAILABLE, and what follows works again', async () => {
  await server.sql('CREATE ROLE clerk LOGIN');
  await server.sql('CREATE DATABASE refusing');
  await server.sql(
    'CREATE EXTENSION btree_gist; GRANT ALL ON SCHEMA public TO clerk; GRANT CREATE ON DATABASE refusing TO clerk',
    'refusing',
  );
  const app = await start(server.url('refusing').replace('postgres:x', 'clerk:x'));
  const token = await logIn(app.url, 'admin', adminPassword);
  const ask = () => send(app.url, { query: '{ employees { nodes { id } } }', token });
  for (const [what, refuse, allow] of refusals) {
    await server.sql(refuse);
    await server.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'refus%'");
    await expect.poll(async () => (await ask()).status, { timeout: 10_000, message: what }).toBe(503);
    expectCode(await ask(), 'SERVICE_UNAVAILABLE', { of: what });
    await server.sql(allow);
    await expect.poll(async () => (await ask()).status, { timeout: 10_000 }).toBe(200);
  }
});
