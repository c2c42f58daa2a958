import {
  chmod,
  constants,
  copyFile,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readlink,
  rename,
  rm,
  stat,
  symlink,
} from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { EmbeddedPostgresError, errorCode } from './errors.js';

const partialSuffix = '.new-';
/** After that long, the process that made a partial copy is dead. */
const partialExpiryMs = 10 * 60_000;

/** Folders for a copy of the binaries, the best one first. */
export function cacheFolders(): string[] {
  const uid = process.getuid?.() ?? 0;
  const persistent = uid === 0 ? '/var/cache/stipend' : join(homedir(), '.cache', 'stipend');
  return [persistent, join(tmpdir(), `stipend-cache-${uid}`), `/tmp/stipend-cache-${uid}`];
}

interface CopySteps {
  /** Completes a copy before it is used. */
  readonly complete: (copy: string) => Promise<void>;
  readonly usable: (copy: string) => Promise<boolean>;
  readonly onProgress: (message: string) => void;
}

/**
 * Returns the copy of `native` called `name` in `folder`, and makes it if there is no usable one. It appears by a rename, so
 * nobody sees a partial copy, and of two concurrent copies one is kept.
 *
 * @throws EmbeddedPostgresError when somebody else could have written to the folder
 * @throws system errors when the folder cannot be written
 */
export async function copyToCache(
  native: string,
  folder: string,
  name: string,
  steps: CopySteps,
): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o755 });
  await refuseUntrusted(folder);
  const copy = join(folder, name);
  if (await steps.usable(copy)) return copy;

  await removePartialCopies(folder);
  steps.onProgress(`Copying PostgreSQL's programs to ${copy}`);
  const temporary = await mkdtemp(join(folder, `${name}${partialSuffix}`));
  try {
    await copyFolder(native, temporary);
    await steps.complete(temporary);
    await putInPlace(temporary, copy, steps.usable);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return copy;
}

/** Makes the copy readable by everybody, whatever the modes of the originals. */
async function copyFolder(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  await chmod(to, 0o755);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    // A third of the package is only for linking C programs.
    else if (entry.name === 'pkgconfig' || entry.name.endsWith('.a')) continue;
    else if (entry.isDirectory()) await copyFolder(source, target);
    else {
      await copyFile(source, target, constants.COPYFILE_FICLONE);
      const isProgram = ((await stat(source)).mode & 0o100) !== 0;
      await chmod(target, isProgram ? 0o755 : 0o644);
    }
  }
}

/** Removes what a process that was killed while copying has left. A recent copy may be in progress. */
async function removePartialCopies(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const age = Date.now() - ((await lstat(path).catch(() => undefined))?.mtimeMs ?? Date.now());
    if (name.includes(partialSuffix) && age > partialExpiryMs)
      await rm(path, { recursive: true, force: true });
  }
}

async function putInPlace(temporary: string, copy: string, usable: CopySteps['usable']): Promise<void> {
  try {
    await rename(temporary, copy);
  } catch (error) {
    if (errorCode(error) !== 'ENOTEMPTY' && errorCode(error) !== 'EEXIST') throw error;
    // Another process was faster, or what is there is damaged.
    if (await usable(copy)) return;
    await rm(copy, { recursive: true, force: true });
    await rename(temporary, copy);
  }
}

/** Root runs the programs in the folder, so nobody else may write to it. */
async function refuseUntrusted(folder: string): Promise<void> {
  const found = await lstat(folder);
  const mine = found.isDirectory() && found.uid === process.getuid?.();
  if (!mine || (found.mode & 0o022) !== 0) {
    throw new EmbeddedPostgresError(`${folder} could have been written by somebody else`);
  }
}
