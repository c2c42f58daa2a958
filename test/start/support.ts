import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished, vi } from 'vitest';
import type { CommandContext } from '../../src/commands/command.js';
import { explainFailure } from '../../src/commands/explain-failure.js';
import { serve } from '../../src/commands/serve.js';
import { startTimeOf } from '../../src/embedded-postgres/processes.js';
import { parseConfig } from '../../src/start/config.js';
import { withSecretFiles } from '../../src/start/secret-files.js';
import { createLog } from '../../src/telemetry/log.js';
import { logIn, send } from '../client.js';
import { createDatabase, type TestDatabase } from '../database.js';
import { until } from '../embedded-postgres/support.js';
import { expectNoSecretIn } from '../no-secrets.js';

export { until };

const readyWithinMs = 30_000;

/** What is planted where secrets go: none of it may ever be printed. */
export const planted = {
  JWT_SECRET: 'planted-jwt-secret-0123456789-0123456789',
  DATA_KEY: 'planted-data-key-0123456789-0123456789',
  ADMIN_PASSWORD: 'planted-admin-password',
};

interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A Stipend that runs as a process of its own, as `npm start` runs it. */
export interface Running {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly exited: Promise<Exit>;
  /** What it has printed so far. */
  stdout(): string;
  stderr(): string;
}

const running = new Set<Running>();
/** What each has printed so far. */
const printed: Array<() => string> = [];
const folders: string[] = [];
/** Every process that was found below one of them. */
const seen: Process[] = [];

/** To be called once, first in a file: whatever a failed test has left behind goes with the file. */
export function cleanUp(): void {
  // A test here starts several processes, each of which takes seconds where other work goes on beside it.
  vi.setConfig({ testTimeout: 90_000 });
  afterAll(async () => {
    for (const { pid } of running) await descendants(pid);
    for (const { child } of running) child.kill('SIGKILL');
    for (const { pid } of await alive(seen)) process.kill(pid, 'SIGKILL');
    await Promise.all([...running].map(({ exited }) => exited));
    for (const folder of folders) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    expectNoSecretIn(printed.map((text) => text()).join(''), Object.values(planted));
  });
}

export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'stipend-start-'));
  folders.push(folder);
  return folder;
}

/** A database for one test, and the environment that makes a Stipend use it. */
export async function newDatabase(
  template?: string,
): Promise<TestDatabase & { env: Record<string, string> }> {
  const database = await createDatabase(template);
  onTestFinished(() => database.drop());
  const { JWT_SECRET, DATA_KEY } = planted;
  return { ...database, env: { DATABASE_URL: database.url, JWT_SECRET, DATA_KEY } };
}

/** A database without even a table. */
export const newEmptyDatabase = () => newDatabase('template1');

/** Logs in. @returns the role that the user has */
export async function roleOf(url: string, username: string, password: string | undefined): Promise<string> {
  const token = await logIn(url, username, password ?? '');
  return (await send(url, { query: '{ me { role } }', token })).data.me.role;
}

const entry = [process.execPath, 'scripts/start.js'];

/** Starts the command with nothing in its environment but what is given, and a port that it picks itself. */
export function spawnStipend(env: Record<string, string>, command: string[] = entry): Running {
  const [program = '', ...args] = command;
  const { PATH = '', HOME = '', TMPDIR } = process.env;
  const child = spawn(program, args, {
    env: { PATH, HOME, ...(TMPDIR !== undefined && { TMPDIR }), PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  const exited = once(child, 'close').then(([code, signal]): Exit => ({ code, signal }));
  const stipend: Running = {
    child,
    pid: child.pid ?? 0,
    exited,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
  };
  running.add(stipend);
  printed.push(() => output.stdout + output.stderr);
  void exited.then(() => running.delete(stipend));
  return stipend;
}

/** Runs `npm run seed`'s command. */
export function spawnSeed(env: Record<string, string>): Running {
  return spawnStipend(env, [...entry, 'seed']);
}

/** Waits until it serves. @returns its URL, which it has printed */
export async function ready(stipend: Running): Promise<string> {
  let gone = false;
  void stipend.exited.then(() => {
    gone = true;
  });
  await until(async () => gone || stipend.stdout().includes('curl '), readyWithinMs);
  const url = /(http:\/\/\S+)\/graphql/.exec(stipend.stdout())?.[1];
  if (gone || url === undefined) throw new Error(`did not start: ${stipend.stdout()}${stipend.stderr()}`);
  await until(async () => (await fetch(`${url}/readyz`)).status === 200, readyWithinMs);
  return url;
}

/** Starts it and waits until it serves. */
export async function start(env: Record<string, string>): Promise<Running & { url: string }> {
  const stipend = spawnStipend(env);
  return { ...stipend, url: await ready(stipend) };
}

/** A Stipend that runs within this process. */
export interface Serving {
  readonly url: string;
  /** What it has printed so far. */
  stdout(): string;
  stop(): Promise<void>;
}

/** What `npm start` does, within this process: all but signals, the exit code and the time that a process takes. */
export async function serveHere(env: Record<string, string>): Promise<Serving> {
  const { context, stdout } = contextOf(env);
  const app = await serve(context);
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= app.stop();
    return stopping;
  };
  onTestFinished(stop);
  return { url: app.url, stdout, stop };
}

/** Runs a command within this process, as `npm run` does. @returns what it printed */
export async function runHere(
  command: (context: CommandContext) => Promise<void>,
  env: Record<string, string>,
  args: string[] = [],
): Promise<string> {
  const { context, stdout } = contextOf(env, args);
  await command(context);
  return stdout();
}

function contextOf(
  env: Record<string, string>,
  args: string[] = [],
): { context: CommandContext; stdout: () => string } {
  let output = '';
  const print = (text: string) => {
    output += text;
  };
  printed.push(() => output);
  const config = parseConfig(withSecretFiles({ PORT: '0', ...env }));
  const log = createLog(config.logLevel, { write: print });
  return { context: { config, log, args, print, onProgress: () => {} }, stdout: () => output };
}

/** Ends it by a signal, and expects what a clean end is. */
export async function stop(stipend: Running, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  const processes = await descendants(stipend.pid);
  stipend.child.kill(signal);
  expect(await stipend.exited, stipend.stderr()).toEqual({ code: 0, signal: null });
  expect(await alive(processes)).toEqual([]);
  expect(stipend.stderr()).toBe('');
}

/** The usernames and passwords that it has printed. */
export function printedAccounts(stipend: Pick<Running, 'stdout'>): Map<string, string> {
  const lines = stipend.stdout().matchAll(/Account +username: (\S+) +password: (\S+)/g);
  return new Map([...lines].map(([, username = '', password = '']) => [username, password]));
}

/**
 * Runs what must not start: it exits with a code that is not 0, prints nothing of a stack and none of its secrets.
 *
 * @returns the lines that it printed for the person who started it
 */
export async function refusal(stipend: Running, secrets: string[] = []): Promise<string[]> {
  const { code } = await stipend.exited;
  expect(code, stipend.stdout()).toBeGreaterThan(0);
  const output = stipend.stdout() + stipend.stderr();
  expect(output).not.toMatch(/\n\s+at |node:internal|Error:/);
  for (const secret of [...Object.values(planted), ...secrets]) expect(output).not.toContain(secret);
  const lines = stipend.stderr().trimEnd().split('\n');
  for (const line of lines) expect(line).toMatch(/^stipend: \S.{20,}\.$/);
  return lines.map((line) => line.replace('stipend: ', ''));
}

/**
 * The same within this process, for what fails before the server listens.
 *
 * @returns the lines that are printed for the person who started it
 */
export async function refusalHere(env: Record<string, string>, secrets: string[] = []): Promise<string[]> {
  const failure: unknown = await serveHere(env).then(
    () => new Error('it started'),
    (error: unknown) => error,
  );
  const lines = explainFailure(failure, env);
  for (const secret of [...Object.values(planted), ...secrets])
    expect(lines.join('\n')).not.toContain(secret);
  for (const line of lines) expect(line).toMatch(/^(?!Unexpected error)\S.{20,}\.$/);
  return lines;
}

export interface Process {
  pid: number;
  startTime: string;
  command: string;
}

/** Every process below this one, at this moment. */
export async function descendants(pid: number): Promise<Process[]> {
  const parents = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    const stat = /^\d+$/.test(name) ? await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '') : '';
    const parent = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const below = (ancestor: number): number[] =>
    [...parents].filter(([, parent]) => parent === ancestor).flatMap(([child]) => [child, ...below(child)]);
  const found = await Promise.all(
    below(pid).map(async (child) => ({
      pid: child,
      startTime: (await startTimeOf(child)) ?? '',
      command: await readFile(`/proc/${child}/cmdline`, 'utf8').catch(() => ''),
    })),
  );
  const living = found.filter(({ startTime }) => startTime !== '');
  seen.push(...living);
  return living;
}

/** Those of the processes that still live. */
export async function alive(processes: Process[]): Promise<Process[]> {
  const times = await Promise.all(processes.map(({ pid }) => startTimeOf(pid)));
  return processes.filter(({ startTime }, index) => times[index] === startTime);
}

/** A port of this machine's that something listens on, and never answers, until the test ends. */
export async function takenPort(): Promise<number> {
  const server = createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.close();
  });
  await once(server, 'listening');
  return portOf(server.address());
}

/** A port of this machine's that nothing listens on. */
export async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server.address());
  server.close();
  await once(server, 'close');
  return port;
}

function portOf(address: ReturnType<ReturnType<typeof createServer>['address']>): number {
  if (address === null || typeof address === 'string') throw new Error('not a TCP address');
  return address.port;
}
