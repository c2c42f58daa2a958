import { randomBytes } from 'node:crypto';
import { chown, lstat, mkdir, readdir, rm, rmdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { EmbeddedPostgresError } from './errors.js';
/** The number in the socket's name; each server has a folder of its own, so the number is always free. */
export const SOCKET_PORT = 5432;
/** The shortest limit among the systems that have unix sockets: macOS's 104 bytes with the closing zero. */
const SOCKET_PATH_LIMIT = 103;
const NAME = /^stipend-[0-9a-f]{12}$/;
/**
 * Names a folder for the socket, in a place that is short (DATA_DIR may not be) and open to `runAs`. It is not made
 * yet: its name is written down in the lock first, so that no kill leaves a folder that nobody knows of.
 *
 * @throws EmbeddedPostgresError when there is no such place
 */
export async function nameSocketFolder(runAs) {
  const name = `stipend-${randomBytes(6).toString('hex')}`;
  for (const base of new Set([tmpdir(), '/tmp', '/var/tmp', '/dev/shm'])) {
    const path = join(base, name);
    const length = Buffer.byteLength(join(path, `.s.PGSQL.${SOCKET_PORT}`));
    if (length <= SOCKET_PATH_LIMIT && (await isPlaceFor(base, runAs))) return path;
  }
  throw new EmbeddedPostgresError(
    `No temporary folder is short enough, and open to PostgreSQL, for its socket: ${tmpdir()} is not, nor is /tmp. Set TMPDIR.`,
  );
}
/** Makes the named folder, for `runAs` alone. */
export async function makeSocketFolder(path, runAs) {
  await mkdir(path, { mode: 0o700 });
  if (runAs) await chown(path, runAs.uid, runAs.gid);
}
/** What identifies the servers that listen in the folder, in the list of processes. */
export function markOf(socketFolder) {
  return basename(socketFolder);
}
/** Empties the folder of what a killed server left, which the next one would take for a living one's. */
export async function clearSocketFolder(path) {
  for (const name of await readdir(path).catch(() => [])) {
    if (name.startsWith('.s.PGSQL.')) await rm(join(path, name), { force: true });
  }
}
/** Removes the folder, when it is there and is one of ours; `cluster` owner's folder only, by its uid. */
export async function removeSocketFolder(path, runAs) {
  if (!NAME.test(basename(path))) return;
  const found = await lstat(path).catch(() => undefined);
  if (!found?.isDirectory()) return;
  // In a shared /tmp somebody may have put their own folder in the place of one that was removed.
  if (runAs !== undefined && found.uid !== runAs.uid && found.uid !== 0) return;
  await clearSocketFolder(path);
  await rmdir(path).catch(() => undefined);
}
async function isPlaceFor(base, runAs) {
  try {
    const { mode } = await stat(base);
    // Writable for all without the sticky bit, anybody could swap the folder for one of theirs.
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
