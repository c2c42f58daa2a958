import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { logIn, send } from '../client.js';
import { expectData } from '../expect.js';
import { adminPassword, jwtSecret } from '../harness.js';
import { cleanUp, newFolder, ready, spawnStipend } from '../start/support.js';
import { startPostgres15, usePlaces } from './support.js';

cleanUp();
usePlaces();

const entry = [process.execPath, 'scripts/start.js'];

async function employeeOf(url: string, token: string): Promise<string> {
  const answer = await send(url, { query: '{ employees(first: 1) { nodes { id } } }', token });
  return expectData(answer).employees.nodes[0].id;
}

/** Pays, one payment after the other, until it is told to end. @returns what was acknowledged, as it grows */
function payOn(url: string, token: string, employeeId: string) {
  const acknowledged: string[] = [];
  let over = false;
  const running = (async () => {
    while (!over) {
      const answer = await send(url, {
        query: 'mutation ($input: IssuePaymentInput!) { issuePayment(input: $input) { payment { id } } }',
        variables: {
          input: {
            employeeId,
            kind: 'EXPENSE',
            amount: { amount: '1.00', currency: 'EUR' },
            idempotencyKey: randomUUID(),
          },
        },
        token,
      });
      if (answer.data?.issuePayment) acknowledged.push(answer.data.issuePayment.payment.id);
    }
  })();
  return {
    acknowledged,
    end: () => {
      over = true;
      return running;
    },
  };
}

async function expectPayments(url: string, token: string, ids: string[]): Promise<void> {
  for (let from = 0; from < ids.length; from += 20) {
    const fields = ids.slice(from, from + 20).map((id, index) => `p${index}: payment(id: "${id}") { id }`);
    const data = expectData(await send(url, { query: `{ ${fields.join(' ')} }`, token }));
    expect(Object.values(data).map((payment) => payment !== null)).not.toContain(false);
  }
}

async function runCommand(env: Record<string, string>, words: string[]): Promise<string> {
  const command = spawnStipend(env, [...entry, ...words]);
  const { code } = await command.exited;
  if (code !== 0) throw new Error(command.stderr());
  return command.stdout();
}

test('a backup of the embedded database, made under a load of payments, has all that was acknowledged before', async () => {
  const folder = await newFolder();
  const env = { DATA_DIR: join(folder, 'data'), ADMIN_PASSWORD: adminPassword };
  const stipend = spawnStipend(env);
  const url = await ready(stipend);
  const token = await logIn(url, 'admin', adminPassword);
  const load = payOn(url, token, await employeeOf(url, token));
  await expect.poll(() => load.acknowledged.length, { timeout: 20_000 }).toBeGreaterThan(20);
  const before = [...load.acknowledged];
  const backup = join(folder, 'backup');
  await runCommand(env, ['backup', backup]);
  await load.end();
  expect(load.acknowledged.length).toBeGreaterThan(before.length);

  await expect(runCommand(env, ['backup', backup])).rejects.toThrow('is not empty');
  await expect(runCommand(env, ['restore', backup])).rejects.toThrow('has a database');
  await expect(runCommand({ ...env, DATA_DIR: join(folder, 'x') }, ['restore', folder])).rejects.toThrow(
    'not a complete backup',
  );

  const restored = { ...env, DATA_DIR: join(folder, 'restored') };
  await runCommand(restored, ['restore', backup]);
  const again = spawnStipend(restored);
  const newUrl = await ready(again);
  expect(again.stdout()).not.toContain('  Account  ');
  // The token of before is signed by the same key.
  await expectPayments(newUrl, token, before);
  for (const { child } of [stipend, again]) child.kill('SIGTERM');
  await again.exited;

  // With no server running, it is made as well.
  await stipend.exited;
  await runCommand(env, ['backup', join(folder, 'later')]);
  expect(existsSync(join(folder, 'later', 'backup.json'))).toBe(true);
});

test('with DATABASE_URL, npm run backup names pg_dump', async () => {
  const env = { DATABASE_URL: 'postgresql://a:b@127.0.0.1:1/c', JWT_SECRET: jwtSecret };
  await expect(runCommand(env, ['backup', '/tmp/nowhere'])).rejects.toThrow('pg_dump');
});

const dumps: Array<[string, string, string[]]> = [
  ['as plain SQL', 'plain', ['psql', '-q', '-v', 'ON_ERROR_STOP=1']],
  ['by pg_restore', 'custom', ['pg_restore', '--exit-on-error']],
];

test.each(dumps)(
  'a dump restores %s into a new cluster in one transaction',
  async (_title, format, restore) => {
    const from = await startPostgres15(['--encoding=UTF8', '--locale=C']);
    const to = await startPostgres15(['--encoding=UTF8', '--locale=C']);
    for (const server of [from, to]) {
      await server.sql('CREATE ROLE stipend LOGIN CREATEROLE');
      await server.sql('CREATE DATABASE stipend OWNER stipend');
    }
    const env = (port: number) => ({
      DATABASE_URL: `postgresql://stipend:x@127.0.0.1:${port}/stipend`,
      JWT_SECRET: jwtSecret,
      ADMIN_PASSWORD: adminPassword,
    });
    const stipend = spawnStipend(env(from.port));
    const url = await ready(stipend);
    const token = await logIn(url, 'admin', adminPassword);
    expect(await to.sql("SELECT FROM pg_roles WHERE rolname = 'stipend_app'")).toEqual([]);
    const dump = from.run(['pg_dump', `--format=${format}`, 'stipend']);
    to.run([...restore, '--single-transaction', '--dbname=stipend'], dump);
    const restored = spawnStipend(env(to.port));
    const newUrl = await ready(restored);
    expect(expectData(await send(newUrl, { query: '{ me { username } }', token }))).toEqual({
      me: { username: 'admin' },
    });
    expect(await to.sql("SELECT pg_has_role('stipend', 'stipend_app', 'MEMBER') AS member")).toEqual([
      { member: true },
    ]);
    for (const { child } of [stipend, restored]) child.kill('SIGTERM');
    await Promise.all([stipend.exited, restored.exited]);
  },
);
