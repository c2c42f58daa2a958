import { resolve } from 'node:path';
import { prepareBinaries } from './binaries.js';
import { clusterDirOf, ensureCluster, makeDataDir, readPassword, superuser } from './cluster.js';
import { errorCode, explain } from './errors.js';
import { chooseIdentity, isNobody, type RunAs } from './identity.js';
import { type DataDirLock, liveSocketFolder, lockDataDir } from './lock.js';
import { clearRemains, runServer, type Server } from './server.js';
import { makeSocketFolder, nameSocketFolder, removeSocketFolder, socketPort } from './socket-folder.js';

/** A killed owner's supervisor needs at most four seconds to end its server. */
const abandonedPatienceMs = 4_500;

const nobodyWarning =
  'Stipend runs as root, and PostgreSQL as the user nobody: any other program that runs as nobody can read and change its files. Run Stipend as a user of its own, or add a user "postgres" before the first start.';

export interface EmbeddedPostgres {
  /** As the cluster's superuser. `host` is the folder of the Unix socket. */
  readonly connection: { host: string; port: number; user: string; password: string; database: string };
  /** Whether this start has created the cluster. */
  readonly created: boolean;
  /**
   * Shuts down fast (SIGINT), and after a bounded time by force. Resolves when the server has ended and the data folder is
   * unlocked. May be called again.
   */
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  readonly dataDir: string;
  readonly onProgress?: (message: string) => void;
  readonly onWarning?: (message: string) => void;
  /** Receives each line that PostgreSQL prints. */
  readonly onLog?: (line: string) => void;
  /** Settings of PostgreSQL that override Stipend's. */
  readonly settings?: Record<string, string>;
}

/**
 * Starts PostgreSQL with its data below `dataDir`, where it is created if there is none.
 *
 * @throws DataDirInUse when another process, or this one, uses that data
 * @throws EmbeddedPostgresError when it cannot run here
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir);
  try {
    await makeDataDir(dataDir);
    const runAs = await chooseIdentity(clusterDirOf(dataDir));
    if (await isNobody(runAs)) options.onWarning?.(nobodyWarning);
    const socketFolder = await nameSocketFolder(runAs);
    const lock = await lockDataDir(dataDir, socketFolder);
    const release = async () => {
      await removeSocketFolder(socketFolder, runAs);
      await lock.release();
    };
    try {
      const { server, created, password } = await startLocked(
        { ...options, dataDir },
        lock,
        socketFolder,
        runAs,
      );
      let stopping: Promise<void> | undefined;
      return {
        connection: connectionTo(socketFolder, password),
        created,
        stop: () => {
          stopping ??= server.stop().then(release);
          return stopping;
        },
      };
    } catch (error) {
      await release();
      throw error;
    }
  } catch (error) {
    throw explain(error, dataDir);
  }
}

async function startLocked(
  options: EmbeddedPostgresOptions,
  lock: DataDirLock,
  socketFolder: string,
  runAs: RunAs,
): Promise<{ server: Server; created: boolean; password: string }> {
  const { dataDir, onProgress = () => {}, onLog = () => {}, settings = {} } = options;
  const clusterDir = clusterDirOf(dataDir);
  for (const folder of lock.abandoned) {
    await clearRemains(clusterDir, folder, abandonedPatienceMs);
    await removeSocketFolder(folder, runAs);
  }
  await lock.forgetAbandoned();
  const binaries = await prepareBinaries(runAs, onProgress);
  const { created, password } = await ensureCluster({ dataDir, binaries, runAs, onProgress });
  await makeSocketFolder(socketFolder, runAs);
  const server = await runServer({ binaries, clusterDir, dataDir, socketFolder, runAs, settings, onLog });
  return { server, created, password };
}

function connectionTo(socketFolder: string, password: string): EmbeddedPostgres['connection'] {
  return { host: socketFolder, port: socketPort, user: superuser, password, database: 'postgres' };
}

/**
 * Finds the PostgreSQL that another process runs on that data, for a command beside a server.
 *
 * @returns undefined when no process does
 */
export async function findRunningPostgres(
  dataDir: string,
): Promise<EmbeddedPostgres['connection'] | undefined> {
  const folder = resolve(dataDir);
  try {
    const host = await liveSocketFolder(folder);
    const password = await readPassword(folder);
    if (host === undefined || password === undefined) return undefined;
    return connectionTo(host, password);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw explain(error, folder);
  }
}
