import { beforeAll, expect, test } from 'vitest';
import { logIn, send } from '../client.js';
import {
  alive,
  cleanUp,
  descendants,
  newFolder,
  printedAccounts,
  ready,
  spawnStipend,
  until,
} from './support.js';

const npmStart = ['npm', 'start'];

let env: Record<string, string>;

cleanUp();
beforeAll(async () => {
  env = { DATA_DIR: await newFolder(), NODE_ENV: 'production' };
});

test('npm start in production loads no demo company, and SIGTERM to npm ends all of it in good order', async () => {
  const npm = spawnStipend(env, npmStart);
  const url = await ready(npm);
  const accounts = printedAccounts(npm);
  expect([...accounts.keys()]).toEqual(['admin']);
  const token = await logIn(url, 'admin', accounts.get('admin') ?? '');
  const answer = await send(url, { query: '{ employees { totalCount } }', token });
  expect(answer.data.employees.totalCount).toBe(0);
  const processes = await descendants(npm.pid);
  expect(processes.length).toBeGreaterThan(4);

  npm.child.kill('SIGTERM');

  await npm.exited;
  await until(async () => (await alive(processes)).length === 0, 5_000);
  expect(npm.stdout()).toContain('"stopping"');
  expect(npm.stderr()).not.toContain('stipend: ');
});

test('kill -9 of npm ends the server and its database within 5 s', async () => {
  const npm = spawnStipend(env, npmStart);
  await ready(npm);
  const processes = await descendants(npm.pid);
  expect(processes.length).toBeGreaterThan(4);
  npm.child.kill('SIGKILL');
  await until(async () => (await alive(processes)).length === 0, 5_000);
});

test('kill -9 of npm while the server still starts ends it all within 5 s', async () => {
  const npm = spawnStipend(env, npmStart);
  await until(
    async () => (await descendants(npm.pid)).some(({ command }) => /postgres/.test(command)),
    30_000,
  );
  const processes = await descendants(npm.pid);
  npm.child.kill('SIGKILL');
  await until(async () => (await alive(processes)).length === 0, 5_000);
});
