import { expect, test } from 'vitest';
import { CommandError } from '../../src/commands/command.js';
import { users } from '../../src/commands/users.js';
import { parseConfig } from '../../src/start/config.js';
import { createLog } from '../../src/telemetry/log.js';
import { userPassword } from '../factories.js';
import { adminPassword, jwtSecret, useStipend } from '../harness.js';
import { untilStatus } from '../keys/support.js';
import { failTimes, tryLogin } from '../login-limits/support.js';
import { cleanUp, spawnStipend } from '../start/support.js';
import { canLogIn, editUser, storedUsers } from './support.js';

cleanUp();
const t = await useStipend();

/** Runs `npm run users`'s command within this process. @returns what it printed */
async function runUsers(...args: string[]): Promise<string> {
  let printed = '';
  const config = parseConfig({ DATABASE_URL: t.database.url, JWT_SECRET: jwtSecret });
  const log = createLog('silent', { write: () => {} });
  const print = (text: string) => {
    printed += text;
  };
  await users({ config, log, args, print, onProgress: () => {} });
  return printed;
}

const passwordIn = (printed: string) => /password: (\S+)$/m.exec(printed)?.[1] ?? '';

test('an admin who forgot the password gets a new one from the shell, beside the running server', async () => {
  const env = { DATABASE_URL: t.database.url, JWT_SECRET: jwtSecret };
  const args = [process.execPath, 'scripts/start.js', 'users', 'reset-password', 'admin'];
  const command = spawnStipend(env, args);
  expect(await command.exited).toEqual({ code: 0, signal: null });
  const password = passwordIn(command.stdout());
  expect(password.length).toBeGreaterThanOrEqual(20);
  expect(await canLogIn(t.url, 'admin', password)).toBe(true);
  expect(await canLogIn(t.url, 'admin', adminPassword)).toBe(false);
  await untilStatus(t.url, t.admin.token, 401);
  const [entry] = await t.database.sql(
    `SELECT * FROM audit_entries WHERE action = 'user.edited' ORDER BY id DESC LIMIT 1`,
  );
  const changes = [{ field: 'password', before: null, after: null }];
  expect(entry).toMatchObject({ subject: t.admin.id, actor_id: null, ip: null, changes });
});

test('somebody who has guessed too often need not wait after it', async () => {
  const { username } = await t.account('rolf', 'VIEWER');
  await failTimes(t.url, 6, () => username);
  expect(await tryLogin(t.url, username, userPassword)).toMatchObject({ code: 'RATE_LIMITED' });
  const password = passwordIn(await runUsers('reset-password', username));
  expect(await tryLogin(t.url, username, password)).toMatchObject({ code: 'OK' });
});

test('the name may be written in any case and width', async () => {
  const printed = await runUsers('reset-password', 'ＶＥＲＡ');
  expect(printed).toContain('username: vera ');
  expect(await canLogIn(t.url, 'vera', passwordIn(printed))).toBe(true);
});

test('a user who is disabled stays so, and the command says it', async () => {
  const { id } = await t.account('dirk', 'VIEWER');
  const admin = await t.account('amelie', 'ADMIN');
  await editUser(t, { id, disabled: true }, admin);
  const printed = await runUsers('reset-password', 'dirk');
  expect(printed).toContain('The user is disabled and still cannot log in.');
  expect(await canLogIn(t.url, 'dirk', passwordIn(printed))).toBe(false);
});

test.each([
  [],
  ['reset-password'],
  ['reset-password', 'nobody'],
  ['reset-password', 'vera', 'emil'],
  ['delete', 'vera'],
])('`users %s %s` is refused in one line, and changes nothing', async (...args) => {
  const before = await storedUsers(t);
  const failure: unknown = await runUsers(...args.filter((arg) => arg !== undefined)).catch(
    (error: unknown) => error,
  );
  if (!(failure instanceof CommandError)) throw new Error('it was not refused');
  expect(failure.message).not.toContain('\n');
  expect(await storedUsers(t)).toEqual(before);
});
