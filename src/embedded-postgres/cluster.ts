import { randomBytes } from 'node:crypto';
import { chmod, lchown, lstat, mkdir, mkdtemp, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Binaries } from './binaries.js';
import { EmbeddedPostgresError, errorCode, failedWith } from './errors.js';
import type { RunAs } from './identity.js';
import { supervise } from './supervisor.js';

export const superuser = 'postgres';

export const partialPrefix = 'postgres.new-';

/** The folder of the cluster. */
export function clusterDirOf(dataDir: string): string {
  return join(dataDir, 'postgres');
}

/**
 * The path by which PostgreSQL finds its data. A user other than root may not be able to enter the folders above it, but the
 * process starts inside (it enters its working directory while it is still root), and this link leads there without a path.
 */
export function pathForServer(folder: string, runAs: RunAs): string {
  return runAs === undefined ? folder : '/proc/self/cwd';
}

export interface ClusterOptions {
  readonly dataDir: string;
  readonly binaries: Binaries;
  readonly runAs: RunAs;
  readonly onProgress: (message: string) => void;
}

/**
 * Creates the cluster if there is none. It is created under another name, and renamed when it is complete and on disk, so
 * that a cluster under its final name is never a partial one.
 *
 * @throws EmbeddedPostgresError when it cannot be created, or is of another major version
 */
export async function ensureCluster(
  options: ClusterOptions,
): Promise<{ created: boolean; password: string }> {
  const { dataDir, binaries, runAs } = options;
  const clusterDir = clusterDirOf(dataDir);
  for (const name of await readdir(dataDir)) {
    if (name.startsWith(partialPrefix)) await rm(join(dataDir, name), { recursive: true, maxRetries: 5 });
  }
  const version = await readFile(join(clusterDir, 'PG_VERSION'), 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (version === undefined) {
    options.onProgress(`Creating a PostgreSQL ${binaries.major} database in ${clusterDir}`);
    const password = (await readPassword(dataDir)) ?? (await writePassword(dataDir, runAs));
    await handOver(passwordFile(dataDir), runAs);
    await makeCluster(options, clusterDir);
    return { created: true, password };
  }
  if (version.trim() !== binaries.major) {
    throw new EmbeddedPostgresError(
      `The database in ${clusterDir} is of PostgreSQL ${version.trim()} and this Stipend carries ${binaries.major}: dump it with the Stipend that made it and restore it here, or set another DATA_DIR.`,
    );
  }
  const password = await readPassword(dataDir);
  if (password === undefined) {
    throw new EmbeddedPostgresError(
      `The password of the database is gone: restore ${passwordFile(dataDir)}.`,
    );
  }
  await handOver(passwordFile(dataDir), runAs);
  await handOver(clusterDir, runAs);
  return { created: false, password };
}

async function makeCluster(options: ClusterOptions, clusterDir: string): Promise<void> {
  const { dataDir, binaries, runAs } = options;
  const folder = await mkdtemp(join(dataDir, partialPrefix));
  const password = await open(passwordFile(dataDir), 'r');
  const lines: string[] = [];
  try {
    await handOver(folder, runAs);
    const initdb = await supervise({
      command: binaries.initdb,
      args: initdbArguments(pathForServer(folder, runAs)),
      cwd: folder,
      runAs,
      socketFolder: '',
      descriptor: password.fd,
      onLine: (line) => lines.push(line),
    });
    if ((await initdb.exited) !== 0) throw failedWith('PostgreSQL cannot make its database', lines, dataDir);
    await rename(folder, clusterDir);
    await syncFolder(dataDir);
  } finally {
    await password.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function initdbArguments(folder: string): string[] {
  return [
    `--pgdata=${folder}`,
    `--username=${superuser}`,
    // An open file, so that neither its path nor its content appears in a command line or a shared folder.
    '--pwfile=/dev/fd/3',
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // Independent of the system's C library and its installed locales.
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--data-checksums',
    '--no-instructions',
  ];
}

function passwordFile(dataDir: string): string {
  return join(dataDir, 'postgres.password');
}

export async function readPassword(dataDir: string): Promise<string | undefined> {
  try {
    return (await readFile(passwordFile(dataDir), 'utf8')).trim() || undefined;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function writePassword(dataDir: string, runAs: RunAs): Promise<string> {
  const password = randomBytes(24).toString('base64url');
  const temporary = `${passwordFile(dataDir)}.new`;
  await rm(temporary, { force: true });
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(`${password}\n`);
    // initdb opens the file by its descriptor, for which it must be able to read it, but not to reach it.
    if (runAs) await file.chown(runAs.uid, runAs.gid);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, passwordFile(dataDir));
  await syncFolder(dataDir);
  return password;
}

/** Gives the folder to PostgreSQL's user. After root has copied a cluster, all of it belongs to root. */
async function handOver(path: string, runAs: RunAs): Promise<void> {
  if (runAs === undefined) return;
  const found = await lstat(path);
  if (found.uid === runAs.uid) return;
  if (found.isDirectory()) {
    for (const name of await readdir(path)) await handOver(join(path, name), runAs);
    await chmod(path, 0o700);
  }
  // The folder itself comes last, so that an interrupted hand-over starts again.
  await lchown(path, runAs.uid, runAs.gid);
}

export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Creates DATA_DIR for its owner only. The mode of an existing one is not changed. */
export async function makeDataDir(dataDir: string): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
}
