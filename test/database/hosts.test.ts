import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, inject, test } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/embedded-postgres/start.js';
import { logIn, send } from '../client.js';
import { runSql } from '../database.js';
import { expectCode, expectData } from '../expect.js';
import { adminPassword, useStipend } from '../harness.js';
import { useStore } from './support.js';

const t = await useStipend();
const dataDir = await mkdtemp(join(tmpdir(), 'stipend-hosts-'));
const replica: EmbeddedPostgres = await startEmbeddedPostgres({
  dataDir,
  settings: { fsync: 'off', default_transaction_read_only: 'on' },
});
afterAll(async () => {
  await replica.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const { host, port, password } = inject('postgres');
const at = (each: { host: string; port: number }) => `${encodeURIComponent(each.host)}:${each.port}`;
const primary = at({ host, port });
const takesNoWrites = at(replica.connection);
const nobody = '127.0.0.1:1';
const { pathname } = new URL(t.database.url);
const urlOf = (hosts: string[], query = '?target_session_attrs=read-write') =>
  `postgresql://stipend:${password}@${hosts.join(',')}${pathname}${query}`;

// One login for both, as on a primary and its replica.
await runSql(
  { ...replica.connection, options: '-c default_transaction_read_only=off' },
  `CREATE ROLE stipend LOGIN PASSWORD '${password}'`,
);
await runSql(
  { ...replica.connection, options: '-c default_transaction_read_only=off' },
  `CREATE DATABASE ${pathname.slice(1)} OWNER stipend`,
);

test.each([
  ['the first host is away', urlOf([nobody, primary])],
  ['the first host takes no writes', urlOf([takesNoWrites, primary])],
  ['the last one does not answer', urlOf([primary, nobody])],
  ['nothing is asked of them', urlOf([takesNoWrites, nobody, primary], '')],
  ['there is one host', urlOf([primary])],
  [
    'the hosts are parameters',
    `postgresql://stipend:${password}@${pathname}?host=${host},127.0.0.1&port=${port},1&target_session_attrs=primary`,
  ],
])('of several hosts the one that takes writes is used: %s', async (_title, url) => {
  const { database } = await useStore(url);
  expect(await database.prisma.user.count({ where: { username: 'admin' } })).toBe(1);
  const { rows } = await database.pool.query("SELECT current_setting('transaction_read_only') AS only");
  expect(rows).toEqual([{ only: 'off' }]);
});

test('a revocation is heard of by a server with several hosts', async () => {
  const { url } = await t.startAnother({ DATABASE_URL: urlOf([takesNoWrites, nobody, primary]) });
  const token = await logIn(t.url, 'admin', adminPassword);
  expectData(await send(url, { query: '{ me { username } }', token }));
  expectData(await send(t.url, { query: 'mutation { logout { revokedSessions } }', token }));
  await expect
    .poll(async () => (await send(url, { query: '{ me { username } }', token })).errors?.length, {
      timeout: 1_000,
    })
    .toBe(1);
  expectCode(await send(url, { query: '{ me { username } }', token }), 'UNAUTHENTICATED');
});

test.each([
  ['no host takes writes', urlOf([takesNoWrites, takesNoWrites]), /takes no writes/],
  ['none answers', urlOf([nobody, nobody]), /can't be reached \(ECONNREFUSED\)/],
  ['a replica is asked for', urlOf([primary], '?target_session_attrs=standby'), /must be read-write/],
])('one line says that %s', async (_title, url, line) => {
  await expect(useStore(url)).rejects.toThrow(line);
});
