import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { logIn, send } from '../client.js';
import {
  cleanUp,
  descendants,
  newDatabase,
  newEmptyDatabase,
  newFolder,
  planted,
  printedAccounts,
  refusal,
  roleOf,
  serveHere,
  spawnStipend,
  start,
  stop,
  takenPort,
  until,
} from './support.js';

cleanUp();

test('with DATABASE_URL the first start makes an admin alone, with a printed password, and starts no process', async () => {
  const database = await newEmptyDatabase();
  const stipend = await start(database.env);
  expect(await descendants(stipend.pid)).toEqual([]);
  const accounts = printedAccounts(stipend);
  expect([...accounts.keys()]).toEqual(['admin']);
  expect(await roleOf(stipend.url, 'admin', accounts.get('admin'))).toBe('ADMIN');
  expect(await database.sql('SELECT username FROM users')).toHaveLength(1);
  expect(await database.sql('SELECT id FROM employees')).toEqual([]);
  await stop(stipend);
});

test('the next start makes no account and prints no password, whatever the environment says by then', async () => {
  const database = await newDatabase();
  const { ADMIN_PASSWORD } = planted;
  const first = await serveHere(database.env);
  const password = printedAccounts(first).get('admin') ?? '';
  await first.stop();
  const second = await serveHere({ ...database.env, ADMIN_USERNAME: 'root', ADMIN_PASSWORD });
  expect(printedAccounts(second).size).toBe(0);
  expect(second.stdout()).not.toContain(password);
  expect(await database.sql('SELECT username FROM users')).toEqual([{ username: 'admin' }]);
  expect(await roleOf(second.url, 'admin', password)).toBe('ADMIN');
});

test('ADMIN_USERNAME and ADMIN_PASSWORD make the first admin, and the password is not printed', async () => {
  const database = await newDatabase();
  const { ADMIN_PASSWORD } = planted;
  const stipend = await serveHere({ ...database.env, ADMIN_USERNAME: 'Rosa', ADMIN_PASSWORD });
  expect(stipend.stdout()).toContain('Rosa');
  for (const secret of Object.values(planted)) expect(stipend.stdout()).not.toContain(secret);
  expect(await roleOf(stipend.url, 'Rosa', ADMIN_PASSWORD)).toBe('ADMIN');
  expect(await database.sql('SELECT username FROM users')).toHaveLength(1);
});

test("the printed curl logs in whatever the admin's name holds that means something to a shell", async () => {
  const database = await newDatabase();
  const ADMIN_USERNAME = `o'brien "$(id)" \\ \`x\` %s ü`;
  const stipend = await serveHere({ ...database.env, ADMIN_USERNAME });
  const [curl = ''] = /^ *curl .*$/m.exec(stipend.stdout()) ?? [];
  const { stdout } = await promisify(execFile)('sh', ['-c', curl]);
  const { token } = JSON.parse(stdout).data.login;
  const answer = await send(stipend.url, { query: '{ me { username } }', token });
  expect(answer.data.me.username).toBe(ADMIN_USERNAME);
});

test('two that start at once on a new database both serve, with one admin and one printed password', async () => {
  const database = await newEmptyDatabase();
  const both = await Promise.all([serveHere(database.env), serveHere(database.env)]);
  const printed = both.flatMap((stipend) => [...printedAccounts(stipend)]);
  expect(printed).toHaveLength(1);
  expect(await database.sql('SELECT username FROM users')).toHaveLength(1);
  const [[username, password] = ['', '']] = printed;
  // What one has issued, the other takes.
  const token = await logIn(both[0].url, username, password);
  const answer = await send(both[1].url, { query: '{ me { username role } }', token });
  expect(answer.data.me).toEqual({ username: 'admin', role: 'ADMIN' });
});

test('a first start that fails on a taken port loses no password, and SEED=none loads no demo company', async () => {
  const env = { DATA_DIR: await newFolder(), SEED: 'none' };
  const failed = spawnStipend({ ...env, PORT: String(await takenPort()) });
  await refusal(failed);
  const stipend = await serveHere(env);
  const accounts = new Map([...printedAccounts(failed), ...printedAccounts(stipend)]);
  expect([...accounts.keys()]).toEqual(['admin']);
  const token = await logIn(stipend.url, 'admin', accounts.get('admin') ?? '');
  const answer = await send(stipend.url, { query: '{ employees { totalCount } }', token });
  expect(answer.data.employees.totalCount).toBe(0);
});

test('kill -9 during the first start costs no password: each account that is there has been printed', async () => {
  const database = await newDatabase();
  const killed = spawnStipend(database.env);
  await until(async () => (await database.sql('SELECT id FROM users')).length > 0, 30_000);
  killed.child.kill('SIGKILL');
  await killed.exited;
  const stipend = await serveHere(database.env);
  expect(printedAccounts(stipend).size).toBe(0);
  expect(await roleOf(stipend.url, 'admin', printedAccounts(killed).get('admin'))).toBe('ADMIN');
});
