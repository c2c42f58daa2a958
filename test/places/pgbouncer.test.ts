import { describe, expect, test } from 'vitest';
import { users } from '../../src/commands/users.js';
import { parseConfig } from '../../src/start/config.js';
import { createLog } from '../../src/telemetry/log.js';
import { send } from '../client.js';
import { useStore } from '../database/support.js';
import { createDatabase } from '../database.js';
import { expectCode, expectData } from '../expect.js';
import { insertEmployee } from '../factories.js';
import { jwtSecret, useStipend } from '../harness.js';
import { pay } from '../issue-payment/support.js';
import { expectRefusedWithinASecond, knownTo, revocations } from '../revocation/support.js';
import { startPgBouncer, usePlaces } from './support.js';

const t = await useStipend();
usePlaces();

describe.each(['transaction', 'session'] as const)('behind PgBouncer in %s mode', async (mode) => {
  const pooled = await startPgBouncer(t.database.url, mode);
  const one = await t.startAnother({ DATABASE_URL: pooled });
  const other = await t.startAnother({ DATABASE_URL: pooled });

  test.each(Object.keys(revocations))(
    '%s on one process is effective on the other within a second',
    async (what) => {
      const person = await knownTo(t, [one.url, other.url]);
      await revocations[what]?.(one.url, person, t.admin);
      await expectRefusedWithinASecond(other.url, person);
    },
  );

  test('payments are made once each, many at a time', async () => {
    const employeeId = await insertEmployee(t.database);
    const input = (key: number) => ({
      employeeId,
      amount: { amount: '1.00', currency: 'EUR' },
      kind: 'BONUS',
      idempotencyKey: `${mode}-${key}`,
    });
    const keys = Array.from({ length: 60 }, (_, index) => index % 30);
    const answers = await Promise.all(keys.map((key) => pay({ ...t, url: one.url }, input(key))));
    for (const answer of answers) expectData(answer);
    const rows = await t.database.sql('SELECT id FROM payments WHERE employee_id = $1', [employeeId]);
    expect(rows).toHaveLength(30);
  });

  test('`users reset-password` gives a new password', async () => {
    const person = await knownTo(t, [one.url]);
    let printed = '';
    await users({
      config: parseConfig({ DATABASE_URL: pooled, JWT_SECRET: jwtSecret }),
      log: createLog('silent', { write: () => {} }),
      args: ['reset-password', person.username],
      print: (text) => {
        printed += text;
      },
      onProgress: () => {},
    });
    expect(printed).toContain(`username: ${person.username}`);
    await expectRefusedWithinASecond(other.url, person);
  });

  test('each transaction has the settings and the role of the application, and no setting stays with the pooler', async () => {
    const { database } = await useStore(pooled);
    const settings = `SELECT current_setting('TimeZone') AS zone, current_user::text AS role,
      current_setting('enable_bitmapscan') AS bitmap`;
    const found = await Promise.all(Array.from({ length: 20 }, () => database.pool.query(settings)));
    for (const { rows } of found) expect(rows).toEqual([{ zone: 'UTC', role: 'stipend_app', bitmap: 'off' }]);
    const within = await database.transaction((tx) => tx.$queryRawUnsafe(settings));
    expect(within).toEqual([{ zone: 'UTC', role: 'stipend_app', bitmap: 'off' }]);
  });

  test('/readyz is 200', async () => {
    expect((await fetch(`${one.url}/readyz`)).status).toBe(200);
  });
});

test('a pooler in statement mode is refused in one line, before anything is written', async () => {
  const database = await createDatabase('template0');
  const pooled = await startPgBouncer(database.url, 'statement');
  await expect(useStore(pooled)).rejects.toThrow(/^The pooler of DATABASE_URL is in statement mode.*$/);
  expect(await database.sql("SELECT FROM pg_tables WHERE schemaname = 'public'")).toEqual([]);
});

test('the first start works through a pooler in transaction mode, on a database that is set to another zone', async () => {
  const database = await createDatabase('template0');
  const { pathname } = new URL(database.url);
  await database.sql(`ALTER DATABASE ${pathname.slice(1)} SET TimeZone = 'Asia/Kolkata'`);
  await database.sql(
    `ALTER DATABASE ${pathname.slice(1)} SET default_transaction_isolation = 'serializable'`,
  );
  const pooled = await startPgBouncer(database.url, 'transaction', { ignore_startup_parameters: 'options' });
  const app = await t.startAnother({ DATABASE_URL: pooled });
  const before = Date.now();
  const login = await send(app.url, {
    query: 'mutation ($p: String!) { login(username: "admin", password: $p) { token expiresAt } }',
    variables: { p: 'correct horse battery staple' },
  });
  const { token } = expectData(login).login;
  expect(expectData(await send(app.url, { query: '{ me { username } }', token }))).toEqual({
    me: { username: 'admin' },
  });
  const [session] = await database.sql<{ at: Date }>('SELECT created_at AS at FROM sessions');
  expect(Math.abs((session?.at.getTime() ?? 0) - t.clock.now().getTime())).toBeLessThan(
    Date.now() - before + 5_000,
  );
});

test('with LISTEN_DATABASE_URL past the pooler, notifications arrive: a session is not looked up again', async () => {
  const pooled = await startPgBouncer(t.database.url, 'transaction');
  const app = await t.startAnother({ DATABASE_URL: pooled, LISTEN_DATABASE_URL: t.database.url });
  const person = await knownTo(t, [app.url]);
  const burst = async () => {
    const before = t.statements.length;
    for (let requests = 0; requests < 20; requests++) {
      await send(app.url, { query: '{ __typename }', token: person.token });
    }
    return t.statements.slice(before).filter((text) => text.includes('sessions'));
  };
  await expect.poll(burst, { timeout: 20_000 }).toEqual([]);
  await revocations['a logout']?.(t.url, person, t.admin);
  await expectRefusedWithinASecond(app.url, person);
  expectCode(await send(app.url, { query: '{ me { id } }', token: person.token }), 'UNAUTHENTICATED');
});
