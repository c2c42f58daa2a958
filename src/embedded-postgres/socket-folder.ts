import { randomBytes } from 'node:crypto';
import { access, chown, constants, lstat, mkdir, readdir, rm, rmdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { EmbeddedPostgresError } from './errors.js';
import type { RunAs } from './identity.js';

/** The number in the socket's name. Each server has its own folder, so it is always free. */
export const socketPort = 5432;

/** The limit of macOS, which is the shortest: 104 bytes including the terminating zero. */
const maxSocketPathBytes = 103;
const namePattern = /^stipend-[0-9a-f]{12}$/;

/**
 * Chooses a folder for the socket, whose path is short (that of DATA_DIR may not be) and which `runAs` can reach. It is not
 * created yet: the lock records its name first, so that a kill never leaves an unknown folder behind.
 *
 * @throws EmbeddedPostgresError when there is no such folder
 */
export async function nameSocketFolder(runAs: RunAs): Promise<string> {
  const name = `stipend-${randomBytes(6).toString('hex')}`;
  for (const base of new Set([tmpdir(), '/tmp', '/var/tmp', '/dev/shm'])) {
    const path = join(base, name);
    const length = Buffer.byteLength(join(path, `.s.PGSQL.${socketPort}`));
    if (length <= maxSocketPathBytes && (await isUsableBy(base, runAs))) return path;
  }
  throw new EmbeddedPostgresError(
    `No temporary folder is short enough, and open to PostgreSQL, for its socket: ${tmpdir()} is not, nor is /tmp. Set TMPDIR.`,
  );
}

/** Creates the folder, which only `runAs` can enter. */
export async function makeSocketFolder(path: string, runAs: RunAs): Promise<void> {
  await mkdir(path, { mode: 0o700 });
  if (runAs) await chown(path, runAs.uid, runAs.gid);
}

/** Identifies the server that listens in the folder, in the list of processes. */
export function markOf(socketFolder: string): string {
  return basename(socketFolder);
}

/** Removes the files of a killed server, which the next one would take for those of a running server. */
export async function clearSocketFolder(path: string): Promise<void> {
  for (const name of await readdir(path).catch(() => [])) {
    if (name.startsWith('.s.PGSQL.')) await rm(join(path, name), { force: true });
  }
}

/** Removes the folder if it is one of Stipend's and belongs to `runAs`. */
export async function removeSocketFolder(path: string, runAs: RunAs): Promise<void> {
  if (!namePattern.test(basename(path))) return;
  const found = await lstat(path).catch(() => undefined);
  if (!found?.isDirectory()) return;
  // In a shared /tmp somebody else may have created a folder of that name after the first one was removed.
  if (runAs !== undefined && found.uid !== runAs.uid && found.uid !== 0) return;
  await clearSocketFolder(path);
  await rmdir(path).catch(() => undefined);
}

async function isUsableBy(base: string, runAs: RunAs): Promise<boolean> {
  try {
    await access(base, constants.W_OK | constants.X_OK);
    const { mode } = await stat(base);
    // In a folder that all can write to without the sticky bit, anybody could replace the socket's folder.
    if ((mode & 0o1002) === 0o002) return false;
    for (let folder = base; runAs !== undefined; folder = dirname(folder)) {
      if (((await stat(folder)).mode & 0o001) === 0) return false;
      if (folder === dirname(folder)) break;
    }
    return true;
  } catch {
    return false;
  }
}
