import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Binaries } from './binaries.js';
import { pathForServer } from './cluster.js';
import { errorMessage, failedWith } from './errors.js';
import type { RunAs } from './identity.js';
import { endPostgresProcesses } from './processes.js';
import { clearSocketFolder, markOf, socketPort } from './socket-folder.js';
import { type Supervised, supervise } from './supervisor.js';

/** How long a server's children may take to notice that their postmaster is gone. */
const orphansPatienceMs = 500;
const restartDelaysMs = [0, 100, 500, 1_000, 2_000, 5_000];
/** A server that has run that long is restarted without a delay. */
const stableAfterMs = 60_000;
const readyMessage = 'database system is ready to accept connections';

export interface ServerOptions {
  readonly binaries: Binaries;
  readonly clusterDir: string;
  readonly dataDir: string;
  readonly socketFolder: string;
  readonly runAs: RunAs;
  readonly settings: Readonly<Record<string, string>>;
  readonly onLog: (line: string) => void;
}

export interface Server {
  /** Resolves when all processes of the server have ended. */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL and resolves when it accepts connections. Until it is stopped, it is restarted on the same socket whenever
 * it ends.
 *
 * @throws EmbeddedPostgresError when it does not start
 */
export async function runServer(options: ServerOptions): Promise<Server> {
  const first = await launch(options);
  const stopping = new AbortController();
  let current = first;
  const watch = async () => {
    let failures = 0;
    let launchedAt = performance.now();
    for (;;) {
      const code = await current.exited;
      if (stopping.signal.aborted) return;
      options.onLog(`PostgreSQL ended unexpectedly (exit code ${code}) and is restarted`);
      if (performance.now() - launchedAt > stableAfterMs) failures = 0;
      const next = await relaunch(options, failures, stopping.signal);
      if (next === undefined) return;
      current = next.server;
      if (stopping.signal.aborted) current.end();
      failures = next.failures + 1;
      launchedAt = performance.now();
    }
  };
  const watching = watch();
  return {
    async stop() {
      stopping.abort();
      current.end();
      await watching;
      await endPostgresProcesses(markOf(options.socketFolder), orphansPatienceMs);
    },
  };
}

/**
 * Tries until a server runs, each time after a longer pause.
 *
 * @returns undefined when `signal` is aborted
 */
async function relaunch(
  options: ServerOptions,
  earlierFailures: number,
  signal: AbortSignal,
): Promise<{ server: Supervised; failures: number } | undefined> {
  for (let failures = earlierFailures; ; failures += 1) {
    const pauseMs = restartDelaysMs[failures] ?? restartDelaysMs.at(-1);
    await delay(pauseMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return undefined;
    try {
      await clearRemains(options.clusterDir, options.socketFolder, orphansPatienceMs);
      await clearSocketFolder(options.socketFolder);
      return { server: await launch(options, signal), failures };
    } catch (error) {
      options.onLog(errorMessage(error));
    }
  }
}

/**
 * Ends what is left of the server that listened in `socketFolder`, and removes its pid file. The pid may belong to another
 * process by now, which PostgreSQL would take for a running server and refuse to start.
 */
export async function clearRemains(
  clusterDir: string,
  socketFolder: string,
  patienceMs: number,
): Promise<void> {
  await endPostgresProcesses(markOf(socketFolder), patienceMs);
  await rm(join(clusterDir, 'postmaster.pid'), { force: true });
}

async function launch(options: ServerOptions, signal?: AbortSignal): Promise<Supervised> {
  const lines: string[] = [];
  let ready = () => {};
  const isReady = new Promise<'ready'>((resolve) => {
    ready = () => resolve('ready');
  });
  let started = false;
  const server = await supervise({
    command: options.binaries.postgres,
    args: serverArguments(options),
    cwd: options.clusterDir,
    runAs: options.runAs,
    socketFolder: options.socketFolder,
    onLine: (line) => {
      options.onLog(line);
      if (started) return;
      lines.push(line);
      if (line.includes(readyMessage)) ready();
    },
  });
  const giveUp = () => server.end();
  signal?.addEventListener('abort', giveUp);
  if (signal?.aborted) giveUp();
  const outcome = await Promise.race([isReady, server.exited]);
  signal?.removeEventListener('abort', giveUp);
  started = true;
  if (outcome !== 'ready') throw failedWith('PostgreSQL does not start', lines, options.dataDir);
  return server;
}

function serverArguments(options: ServerOptions): string[] {
  const settings: Record<string, string> = {
    listen_addresses: '',
    port: String(socketPort),
    unix_socket_directories: options.socketFolder,
    unix_socket_permissions: '0700',
    cluster_name: markOf(options.socketFolder),
    max_connections: '60',
    jit: 'off',
    ...logSettings,
    ...options.settings,
  };
  const data = pathForServer(options.clusterDir, options.runAs);
  return ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

/**
 * Logs what PostgreSQL says about itself, and no data. A failed statement, its parameters and the details of its error, which
 * quote rows, go only to the client that sent it.
 */
const logSettings = {
  logging_collector: 'off',
  log_destination: 'stderr',
  log_line_prefix: '[%p] ',
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_statement: 'none',
  log_min_duration_statement: '-1',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
};
