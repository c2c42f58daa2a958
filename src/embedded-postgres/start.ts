import { resolve } from 'node:path';
import { type Binaries, prepareBinaries } from './binaries.js';
import { clusterDirOf, ensureCluster, makeDataDir, readPassword, SUPERUSER } from './cluster.js';
import { errorCode, explain } from './errors.js';
import { chooseIdentity, type RunAs } from './identity.js';
import { type DataDirLock, liveSocketFolder, lockDataDir } from './lock.js';
import { clearRemains, runServer } from './server.js';
import { makeSocketFolder, nameSocketFolder, removeSocketFolder, SOCKET_PORT } from './socket-folder.js';

export { DataDirInUse } from './lock.js';

/** A killed owner's supervisor needs four seconds at most to end its server. */
const ABANDONED_PATIENCE_MS = 4_500;

export interface EmbeddedPostgres {
  /** How the owner connects; the role is the cluster's superuser. `host` is the unix socket's folder. */
  readonly connection: { host: string; port: number; user: string; password: string; database: string };
  /** True when this start made the cluster. */
  readonly created: boolean;
  /** Fast shutdown (SIGINT), then harder ones after bounded times. Idempotent. Resolves when the postmaster is gone and the lock is free. */
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  readonly dataDir: string;
  readonly onProgress?: (message: string) => void;
  /** Receives each line that PostgreSQL prints. */
  readonly onLog?: (line: string) => void;
  /** Settings of PostgreSQL's own, over Stipend's. */
  readonly settings?: Record<string, string>;
}

/**
 * Starts a PostgreSQL of Stipend's own with its data below `dataDir`, made there when there is none.
 *
 * @throws DataDirInUse when another process, or this one, has that data open
 * @throws EmbeddedPostgresError when it cannot run here, with what to do about it
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir);
  try {
    await makeDataDir(dataDir);
    const runAs = await chooseIdentity(clusterDirOf(dataDir));
    const socketFolder = await nameSocketFolder(runAs);
    const lock = await lockDataDir(dataDir, socketFolder);
    try {
      return await startLocked({ ...options, dataDir }, lock, socketFolder, runAs);
    } catch (error) {
      await removeSocketFolder(socketFolder, runAs);
      await lock.release();
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
): Promise<EmbeddedPostgres> {
  const { dataDir, onProgress = () => {}, onLog = () => {}, settings = {} } = options;
  const clusterDir = clusterDirOf(dataDir);
  for (const folder of lock.abandoned) {
    await clearRemains(clusterDir, folder, ABANDONED_PATIENCE_MS);
    await removeSocketFolder(folder, runAs);
  }
  await lock.forgetAbandoned();
  const binaries: Binaries = await prepareBinaries(runAs, onProgress);
  const { created, password } = await ensureCluster({ dataDir, binaries, runAs, onProgress });
  await makeSocketFolder(socketFolder, runAs);
  const server = await runServer({ binaries, clusterDir, dataDir, socketFolder, runAs, settings, onLog });
  const shutDown = async () => {
    await server.stop();
    await removeSocketFolder(socketFolder, runAs);
    await lock.release();
  };
  let stopped: Promise<void> | undefined;
  return {
    connection: { host: socketFolder, port: SOCKET_PORT, user: SUPERUSER, password, database: 'postgres' },
    created,
    stop() {
      stopped ??= shutDown();
      return stopped;
    },
  };
}

/**
 * Where the PostgreSQL of another process listens, which has that data open: for a command that works beside a server.
 *
 * @returns undefined when nobody has it open
 */
export async function findRunningPostgres(
  dataDir: string,
): Promise<EmbeddedPostgres['connection'] | undefined> {
  const folder = resolve(dataDir);
  try {
    const host = await liveSocketFolder(folder);
    const password = await readPassword(folder);
    if (host === undefined || password === undefined) return undefined;
    return { host, port: SOCKET_PORT, user: SUPERUSER, password, database: 'postgres' };
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw explain(error, folder);
  }
}
