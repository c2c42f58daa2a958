import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { chown, rm, stat, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { afterAll } from 'vitest';
import { runSql } from '../database.js';
import { until } from '../embedded-postgres/support.js';

const stops = new Set<() => Promise<void>>();

/** To be called once in a file, after `useStipend`: what its tests start ends with the file, and before its databases. */
export function usePlaces(): void {
  afterAll(async () => {
    for (const stop of stops) await stop();
    stops.clear();
  });
}

export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'stipend-places-'));
  stops.add(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

interface Program {
  child: ChildProcess;
  output(): string;
  /** With its exit code, null after a signal. */
  exited: Promise<number | null>;
  stop(): Promise<void>;
}

/** Runs a program until the file ends, or until it is stopped. */
export async function runProgram(
  command: string[],
  options: { port?: number; signal?: NodeJS.Signals; uid?: number; gid?: number } = {},
): Promise<Program> {
  const { port, signal = 'SIGKILL', ...identity } = options;
  const [program = '', ...args] = command;
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], cwd: '/', ...identity });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const exited = once(child, 'exit').then(() => child.exitCode);
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await exited;
  };
  stops.add(stop);
  if (port !== undefined) {
    await until(async () => child.exitCode !== null || (await answers(port)), 20_000);
    if (child.exitCode !== null) throw new Error(`${program}: ${output}`);
  }
  return { child, output: () => output, exited, stop };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** PgBouncer in front of the server of a URL. @returns the same URL, through it */
export async function startPgBouncer(
  url: string,
  mode: 'session' | 'transaction' | 'statement',
  settings: Record<string, string> = {},
): Promise<string> {
  const { username, password, pathname, hostname, port } = new URL(url);
  const host = decodeURIComponent(hostname);
  const folder = newFolder();
  const listenPort = await freePort();
  const file = join(folder, 'pgbouncer.ini');
  const all = {
    listen_addr: '127.0.0.1',
    listen_port: String(listenPort),
    unix_socket_dir: '',
    auth_type: 'any',
    pool_mode: mode,
    default_pool_size: '20',
    max_client_conn: '200',
    ...settings,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name} = ${value}`);
  await writeFile(
    file,
    `[databases]\n* = host=${host} port=${port} user=${username} password=${password}\n[pgbouncer]\n${lines.join('\n')}\n`,
  );
  // It refuses root, and only the server's own user reaches the server's socket.
  const { uid, gid } = await stat(host);
  const identity = process.getuid?.() === 0 ? { uid, gid } : {};
  if (identity.uid !== undefined) {
    await chown(folder, uid, gid);
    await chown(file, uid, gid);
  }
  await runProgram(['/usr/sbin/pgbouncer', file], { port: listenPort, ...identity });
  return `postgresql://${username}:x@127.0.0.1:${listenPort}${pathname}`;
}

const binaries = '/usr/lib/postgresql/15/bin';

export interface Postgres15 {
  port: number;
  /** Of a superuser. */
  url(database: string): string;
  sql<Row extends pg.QueryResultRow>(text: string, database?: string, values?: unknown[]): Promise<Row[]>;
  /** Runs one of PostgreSQL's programs. @returns what it prints */
  run(command: string[], input?: Buffer): Buffer;
  program: Program;
}

/** A server of Debian's PostgreSQL 15, on a port of loopback. */
export async function startPostgres15(
  initdb: string[] = [],
  settings: Record<string, string> = {},
): Promise<Postgres15> {
  const folder = newFolder();
  const options = { ...(await ordinaryUser(folder)), cwd: folder, stdio: 'pipe' as const };
  execFileSync(
    `${binaries}/initdb`,
    ['-D', join(folder, 'data'), '-U', 'postgres', '--auth=trust', '--no-sync', ...initdb],
    options,
  );
  return launch(folder, await freePort(), settings);
}

/** A server that follows another one, and whose own commits wait for a replica once it is promoted. */
export async function startReplica15(of: Postgres15, port: number): Promise<Postgres15> {
  const folder = newFolder();
  const { uid, gid } = await ordinaryUser(folder);
  const copying = await runProgram(
    [
      ...[`${binaries}/pg_basebackup`, '-h', '127.0.0.1', '-p', String(of.port), '-U', 'postgres'],
      ...['-D', join(folder, 'data'), '--write-recovery-conf', '--checkpoint=fast', '--no-sync'],
    ],
    { ...(uid !== undefined && { uid }), ...(gid !== undefined && { gid }) },
  );
  const code = await copying.exited;
  if (code !== 0) throw new Error(`pg_basebackup: ${copying.output()}`);
  return launch(folder, port, { synchronous_standby_names: '*' });
}

async function launch(folder: string, port: number, settings: Record<string, string>): Promise<Postgres15> {
  const identity = await ordinaryUser(folder);
  const data = join(folder, 'data');
  const all = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    fsync: 'off',
    ...settings,
  };
  const words = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const program = await runProgram([`${binaries}/postgres`, '-D', data, ...words], { port, ...identity });
  const url = (database: string) => `postgresql://postgres:x@127.0.0.1:${port}/${database}`;
  const sql = <Row extends pg.QueryResultRow>(text: string, database = 'postgres', values?: unknown[]) =>
    runSql<Row>({ connectionString: url(database) }, text, values);
  // A replica takes connections when it has read what it needs.
  await until(async () => (await sql('SELECT 1').catch(() => [])).length === 1, 20_000);
  return {
    port,
    url,
    sql,
    program,
    run: ([name = '', ...args], input) =>
      execFileSync(`${binaries}/${name}`, args, {
        ...identity,
        cwd: folder,
        stdio: 'pipe',
        input,
        maxBuffer: 100_000_000,
        env: { PATH: process.env.PATH ?? '', PGHOST: '127.0.0.1', PGPORT: String(port), PGUSER: 'postgres' },
      }),
  };
}

/** PostgreSQL refuses root. */
async function ordinaryUser(folder: string): Promise<{ uid?: number; gid?: number }> {
  if (process.getuid?.() !== 0) return {};
  const [, , uid = '', gid = ''] =
    readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .find(([name]) => name === 'postgres') ?? [];
  await chown(folder, Number(uid), Number(gid));
  return { uid: Number(uid), gid: Number(gid) };
}
