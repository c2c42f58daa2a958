import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { send } from '../client.js';
import { expectCode, expectData } from '../expect.js';
import { adminPassword } from '../harness.js';
import {
  cleanUp,
  descendants,
  newDatabase,
  newFolder,
  ready,
  spawnStipend,
  until,
} from '../start/support.js';

cleanUp();

test('nohup npm start & goes on when its terminal ends', async () => {
  const { env } = await newDatabase();
  const output = join(await newFolder(), 'output');
  const { PATH = '', HOME = '' } = process.env;
  // A terminal with an interactive shell, which ends its jobs when the terminal ends.
  const terminal = spawn('/usr/bin/script', ['--quiet', '--command', 'bash --norc -i', '/dev/null'], {
    env: { PATH, HOME, PORT: '0', TERM: 'dumb', ...env, ADMIN_PASSWORD: adminPassword },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  terminal.stdin.write(`nohup npm start > ${output} 2>&1 &\n`);
  const printed = () => readFile(output, 'utf8').catch(() => '');
  await until(async () => (await printed()).includes('curl '), 60_000);
  const processes = await descendants(terminal.pid ?? 0);
  const server = processes.find(
    ({ command }) => command.includes('scripts/start.js') && !/sh -c|npm/.test(command),
  );
  if (!server) throw new Error(`no server among ${processes.map(({ command }) => command).join('; ')}`);
  onTestFinished(() => {
    process.kill(server.pid, 'SIGKILL');
  });
  terminal.kill('SIGKILL');
  const url = /(http:\/\/\S+)\/graphql/.exec(await printed())?.[1] ?? '';
  await until(async () => (await descendants(terminal.pid ?? 0)).length === 0, 10_000);
  // Whoever misses npm looks once a second.
  for (let times = 0; times < 25; times++) {
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
});

test("the image's health check works with TLS, and with another HOST", async () => {
  expect(readFileSync('Dockerfile', 'utf8')).toContain('CMD ["node", "scripts/healthcheck.js"]');
  const { env } = await newDatabase();
  const folder = await newFolder();
  const [TLS_CERT, TLS_KEY] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  execFileSync('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'],
    ...['-subj', '/CN=payroll.example.com', '-keyout', TLS_KEY, '-out', TLS_CERT],
  ]);
  const check = (given: Record<string, string>) => {
    const { PATH = '' } = process.env;
    return spawnStipend({ PATH, ...given }, [process.execPath, 'scripts/healthcheck.js']).exited;
  };
  for (const given of [{ TLS_CERT, TLS_KEY }, { HOST: '127.0.0.2' }, { HOST: '::1' }, { HOST: '0.0.0.0' }]) {
    const stipend = spawnStipend({ ...env, ...given, NODE_ENV: 'development' });
    await until(async () => /https?:\/\/\S+\/graphql/.test(stipend.stdout()), 30_000);
    const port = /:(\d+)\/graphql/.exec(stipend.stdout())?.[1] ?? '';
    expect(await check({ ...given, PORT: port }), JSON.stringify(given)).toMatchObject({ code: 0 });
    stipend.child.kill('SIGTERM');
    await stipend.exited;
    expect(await check({ ...given, PORT: port }), JSON.stringify(given)).toMatchObject({ code: 1 });
  }
});

test('two processes whose clocks are 30 s apart accept each other’s tokens, and refuse what either has revoked', async () => {
  const { env } = await newDatabase();
  const late = spawnStipend({ ...env, ADMIN_PASSWORD: adminPassword });
  const urlOfLate = await ready(late);
  const folders = readdirSync('/usr/lib').map((name) => `/usr/lib/${name}/faketime/libfaketime.so.1`);
  const LD_PRELOAD = folders.find((path) => existsSync(path)) ?? 'faketime is not installed';
  const early = spawnStipend({ ...env, LD_PRELOAD, FAKETIME: '+30s', FAKETIME_DONT_FAKE_MONOTONIC: '1' });
  const urls = [urlOfLate, await ready(early)];
  const me = '{ me { username } }';
  for (const [one = '', other = ''] of [urls, urls.toReversed()]) {
    const login = await send(one, {
      query: `mutation { login(username: "admin", password: "${adminPassword}") { token refreshToken } }`,
    });
    const { token, refreshToken } = expectData(login).login;
    expect(expectData(await send(other, { query: me, token }))).toEqual({ me: { username: 'admin' } });
    const refresh = `mutation { refreshSession(refreshToken: "${refreshToken}") { token refreshToken } }`;
    const refreshed = expectData(await send(other, { query: refresh })).refreshSession;
    // The answer may have been lost: whoever asks again, and another process, is given the same.
    expect(expectData(await send(one, { query: refresh })).refreshSession.refreshToken).toBe(
      refreshed.refreshToken,
    );
    expectData(await send(one, { query: me, token: refreshed.token }));
    expectData(
      await send(other, { query: 'mutation { logout { revokedSessions } }', token: refreshed.token }),
    );
    await expect
      .poll(async () => (await send(one, { query: me, token: refreshed.token })).status, { timeout: 1_500 })
      .toBe(401);
    expectCode(await send(one, { query: me, token }), 'UNAUTHENTICATED');
  }
  for (const { child, exited } of [late, early]) {
    child.kill('SIGTERM');
    await exited;
  }
});

const shell = {
  PGHOST: '127.0.0.1',
  PGPORT: '1',
  PGUSER: 'nobody',
  PGPASSWORD: 'nothing',
  PGDATABASE: 'nowhere',
  PGAPPNAME: 'shell',
};

test("the embedded database does not listen to the shell's PG* variables", async () => {
  const stipend = spawnStipend({
    ...shell,
    PGSSLMODE: 'require',
    PGOPTIONS: '-c search_path=nowhere -c default_transaction_read_only=on',
    PGSERVICE: 'none',
    DATA_DIR: join(await newFolder(), 'data'),
  });
  await ready(stipend);
  stipend.child.kill('SIGTERM');
  await stipend.exited;
});

test('PG* variables change nothing that DATABASE_URL says, and those that pg does not read stop the start', async () => {
  const { env } = await newDatabase();
  const stipend = spawnStipend({ ...env, ...shell, PGOPTIONS: '-c TimeZone=Asia/Kolkata' });
  await ready(stipend);
  stipend.child.kill('SIGTERM');
  await stipend.exited;
  const refused = spawnStipend({ ...env, PGSERVICE: 'payroll' });
  expect(await refused.exited).toMatchObject({ code: 1 });
  expect(refused.stderr()).toBe(
    'stipend: PGSERVICE is set, and Stipend does not read it: put it into DATABASE_URL, and unset it.\n',
  );
});
