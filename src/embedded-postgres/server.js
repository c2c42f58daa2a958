import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathForServer } from './cluster.js';
import { errorMessage, failedWith } from './errors.js';
import { endPostgresProcesses } from './processes.js';
import { clearSocketFolder, markOf, SOCKET_PORT } from './socket-folder.js';
import { supervise } from './supervisor.js';

/** How long a server's children may take to notice that their postmaster is gone. */
const ORPHANS_PATIENCE_MS = 500;
const RESTART_DELAYS_MS = [0, 100, 500, 1_000, 2_000, 5_000];
const STABLE_AFTER_MS = 60_000;
const READY = 'database system is ready to accept connections';
/**
 * Starts PostgreSQL and resolves once it takes connections; from then on it is started again whenever it ends
 * without having been told to, on the same socket.
 *
 * @throws EmbeddedPostgresError when it does not start
 */
export async function runServer(options) {
  const first = await launch(options);
  const stopping = new AbortController();
  let current = first;
  const watch = async () => {
    let failures = 0;
    let launchedAt = performance.now();
    for (;;) {
      const code = await current.exited;
      if (stopping.signal.aborted) return;
      options.onLog(`PostgreSQL ended unexpectedly (exit code ${code}) and is started again`);
      if (performance.now() - launchedAt > STABLE_AFTER_MS) failures = 0;
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
      await endPostgresProcesses(markOf(options.socketFolder), ORPHANS_PATIENCE_MS);
    },
  };
}
/** Tries until a server runs, each time after a longer pause; undefined when it was told to stop meanwhile. */
async function relaunch(options, earlierFailures, signal) {
  for (let failures = earlierFailures; ; failures += 1) {
    const pauseMs = RESTART_DELAYS_MS[failures] ?? RESTART_DELAYS_MS.at(-1);
    await delay(pauseMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return undefined;
    try {
      await clearRemains(options.clusterDir, options.socketFolder, ORPHANS_PATIENCE_MS);
      await clearSocketFolder(options.socketFolder);
      return { server: await launch(options, signal), failures };
    } catch (error) {
      options.onLog(errorMessage(error));
    }
  }
}
/**
 * Ends what is left of the server that listened in `socketFolder`, and removes its pid file: the pid in it may
 * belong to another process by now, and PostgreSQL would take that for its old self and refuse to start.
 */
export async function clearRemains(clusterDir, socketFolder, patienceMs) {
  await endPostgresProcesses(markOf(socketFolder), patienceMs);
  await rm(join(clusterDir, 'postmaster.pid'), { force: true });
}
async function launch(options, signal) {
  const lines = [];
  let ready = () => {};
  const isReady = new Promise((resolve) => {
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
      if (line.includes(READY)) ready();
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
function serverArguments(options) {
  const settings = {
    listen_addresses: '',
    port: String(SOCKET_PORT),
    unix_socket_directories: options.socketFolder,
    unix_socket_permissions: '0700',
    cluster_name: markOf(options.socketFolder),
    max_connections: '60',
    jit: 'off',
    ...LOGGING,
    ...options.settings,
  };
  const data = pathForServer(options.clusterDir, options.runAs);
  return ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}
/**
 * What PostgreSQL says about itself, and nothing about the data: a failed statement, its parameters and the details of
 * its error (which quote rows) go to the client that sent it, and nowhere else.
 */
const LOGGING = {
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
