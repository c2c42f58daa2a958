import { execFile } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { logIn, send } from '../client.js';
import { query } from '../embedded-postgres/support.js';
import {
  alive,
  cleanUp,
  descendants,
  newFolder,
  printedAccounts,
  type Running,
  refusal,
  spawnStipend,
  start,
  stop,
  until,
} from './support.js';

// One DATA_DIR's life: the tests run in their order.

let dataDir: string;
let stipend: Running & { url: string };
/** Of the first start, for the later ones. */
let passwords: Map<string, string>;
let token: string;

cleanUp();
beforeAll(async () => {
  dataDir = join(await newFolder(), 'data');
  stipend = await start({ DATA_DIR: dataDir });
  passwords = printedAccounts(stipend);
});

const me = (url: string, as: string) => send(url, { query: '{ me { username role } }', token: as });

test('the first start prints the GraphQL URL, and a curl that logs in when it is pasted into a shell', async () => {
  expect(stipend.stdout()).toContain(`${stipend.url}/graphql`);
  expect(stipend.stdout()).toContain('Authorization: Bearer');
  const [curl = ''] = /^ *curl .*$/m.exec(stipend.stdout()) ?? [];
  const { stdout } = await promisify(execFile)('sh', ['-c', curl]);
  expect(JSON.parse(stdout)).toEqual({ data: { login: expect.anything() } });
  token = JSON.parse(stdout).data.login.token;
  const answer = await me(stipend.url, token);
  expect(answer.data.me).toEqual({ username: 'admin', role: 'ADMIN' });
});

test('each password that is printed logs its user in, in the role that is printed', async () => {
  expect([...passwords.keys()].sort()).toEqual(['admin', 'fernando', 'jonas']);
  expect(new Set(passwords.values()).size).toBe(3);
  for (const [username, password] of passwords) {
    const role = new RegExp(`username: ${username} .*role: (\\w+)`).exec(stipend.stdout())?.[1];
    const answer = await me(stipend.url, await logIn(stipend.url, username, password));
    expect(answer.data.me).toEqual({ username, role });
  }
});

test('a new embedded database has the demo company', async () => {
  const answer = await send(stipend.url, {
    query: '{ employees { totalCount } payments { totalCount } }',
    token,
  });
  expect(answer.data.employees.totalCount).toBeGreaterThanOrEqual(25);
  expect(answer.data.payments.totalCount).toBeGreaterThan(300);
});

test('the generated secrets lie in files for their owner only, and are printed nowhere', async () => {
  const names = await readdir(dataDir);
  for (const name of ['jwt-secret', 'data-key', 'postgres.password']) {
    expect(names).toContain(name);
    const path = join(dataDir, name);
    expect((await stat(path)).mode & 0o777, name).toBe(0o600);
    const secret = (await readFile(path, 'utf8')).trim();
    expect(Buffer.byteLength(secret)).toBeGreaterThanOrEqual(32);
    expect(stipend.stdout() + stipend.stderr()).not.toContain(secret);
  }
  expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
});

test('the embedded PostgreSQL writes to the disk before it says that it has', async () => {
  const owners = (await readdir(dataDir)).filter((name) => name.startsWith('owner.'));
  const { socketFolder } = JSON.parse(await readFile(join(dataDir, owners.at(-1) ?? ''), 'utf8'));
  const password = (await readFile(join(dataDir, 'postgres.password'), 'utf8')).trim();
  const connection = { host: socketFolder, port: 5432, user: 'postgres', password, database: 'postgres' };
  const settings =
    "SELECT string_agg(setting, ',') AS all FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit')";
  expect(await query(connection, settings)).toEqual([{ all: 'on,on,on' }]);
});

test('a second start on one DATA_DIR is refused in one line, and the first goes on serving', async () => {
  const second = spawnStipend({ DATA_DIR: dataDir });
  const lines = await refusal(second);
  expect(lines).toEqual([expect.stringContaining(`DATA_DIR ${dataDir} is in use by process ${stipend.pid}`)]);
  expect(lines[0]).toContain('another DATA_DIR');
  expect((await me(stipend.url, token)).data.me.username).toBe('admin');
});

test('SIGTERM ends it and its database with code 0, and the next start knows its data, its tokens and no new account', async () => {
  expect((await descendants(stipend.pid)).length).toBeGreaterThan(3);
  await stop(stipend, 'SIGTERM');
  expect((await readdir(join(dataDir, 'postgres'))).includes('postmaster.pid')).toBe(false);
  stipend = await start({ DATA_DIR: dataDir });
  expect(printedAccounts(stipend).size).toBe(0);
  expect(stipend.stdout()).toMatch(/curl .*<password>/);
  expect((await me(stipend.url, token)).data.me.username).toBe('admin');
  await logIn(stipend.url, 'fernando', passwords.get('fernando') ?? '');
});

test('SIGINT ends it and its database with code 0', () => stop(stipend, 'SIGINT'));

test('kill -9 leaves no PostgreSQL within 5 s, and the next start works with no help', async () => {
  stipend = await start({ DATA_DIR: dataDir });
  const processes = await descendants(stipend.pid);
  expect(processes.length).toBeGreaterThan(3);
  stipend.child.kill('SIGKILL');
  await until(async () => (await alive(processes)).length === 0, 5_000);
  stipend = await start({ DATA_DIR: dataDir });
  expect(printedAccounts(stipend).size).toBe(0);
});

test('kill -9 during payments loses none that was acknowledged, and repeats none that was not', async () => {
  const keys = Array.from({ length: 200 }, (_, index) => `crash-${index}`);
  const employee = await anEmployee();
  const issued = new Map<string, string>();
  const left = keys.values();
  const clients = Array.from({ length: 10 }, async () => {
    for (const key of left) {
      const payment = await issue(employee, key).catch(() => undefined);
      if (payment) issued.set(key, payment.id);
      if (issued.size === 20) stipend.child.kill('SIGKILL');
    }
  });
  await Promise.all(clients);
  expect(issued.size).toBeLessThan(keys.length);

  // At once: the next start has to wait for what the killed one has left.
  stipend = await start({ DATA_DIR: dataDir });
  for (const key of keys) {
    const again = await issue(employee, key);
    if (issued.has(key)) expect(again).toEqual({ id: issued.get(key), replayed: true });
  }
  const answer = await send(stipend.url, {
    query: 'query ($id: ID!) { payments(filter: { employeeId: $id, kind: CORRECTION }) { totalCount } }',
    variables: { id: employee.id },
    token,
  });
  expect(answer.data.payments.totalCount).toBe(keys.length);
});

test('SIGTERM during the start ends it and its database with code 0', async () => {
  await stop(stipend);
  stipend = { ...spawnStipend({ DATA_DIR: dataDir }), url: '' };
  const processes = async () => (await descendants(stipend.pid)).map(({ command }) => command);
  await until(async () => (await processes()).some((command) => command.includes('checkpointer')), 20_000);
  await stop(stipend);
});

interface Payee {
  id: string;
  salary: { currency: string };
}

async function anEmployee(): Promise<Payee> {
  const query = '{ employees(first: 1, filter: { status: ACTIVE }) { nodes { id salary { currency } } } }';
  return (await send(stipend.url, { query, token })).data.employees.nodes[0];
}

/** Issues a payment of a kind that the demo company has none of. */
async function issue({ id, salary }: Payee, idempotencyKey: string) {
  const { data } = await send(stipend.url, {
    query:
      'mutation ($input: IssuePaymentInput!) { issuePayment(input: $input) { replayed payment { id } } }',
    variables: {
      input: {
        employeeId: id,
        amount: { amount: '1', currency: salary.currency },
        kind: 'CORRECTION',
        idempotencyKey,
      },
    },
    token,
  });
  return { id: String(data.issuePayment.payment.id), replayed: Boolean(data.issuePayment.replayed) };
}
