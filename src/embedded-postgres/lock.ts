import { randomBytes } from 'node:crypto';
import { link, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { z } from 'zod';
import { EmbeddedPostgresError, errorCode } from './errors.js';
import { bootId, startTimeOf } from './processes.js';

const maxAttempts = 20;

/** Another process, or this one, uses the data folder. */
export class DataDirInUse extends EmbeddedPostgresError {
  constructor(dataDir: string, pid: number) {
    super(`DATA_DIR ${dataDir} is in use by process ${pid}: stop that process, or set another DATA_DIR.`);
  }
}

const ownerSchema = z.object({
  pid: z.int().positive(),
  startTime: z.string().nullable(),
  bootId: z.string().nullable(),
  /** Where the owner's server listens. Identifies what is left of an owner that was killed. */
  socketFolder: z.string(),
});

type Owner = z.infer<typeof ownerSchema>;
interface OwnerFile {
  readonly number: number;
  readonly owner: Owner | null;
}

export interface DataDirLock {
  /** The socket folders of earlier owners that were killed. */
  readonly abandoned: readonly string[];
  /** Removes the files of earlier owners. To be called when what they left is cleaned up. */
  forgetAbandoned(): Promise<void>;
  release(): Promise<void>;
}

/**
 * Locks the data folder for this process. Every owner adds a file `owner.<number>.json`; the one with the highest number owns
 * the folder while its process is alive. A number is claimed by link(2), which succeeds for only one process. The file with
 * the highest number is never deleted but emptied on release, so that two successors of a dead owner cannot both remove its
 * file and claim the folder.
 *
 * @throws DataDirInUse when the owner is alive
 */
export async function lockDataDir(dataDir: string, socketFolder: string): Promise<DataDirLock> {
  const me: Owner = {
    pid: process.pid,
    startTime: await startTimeOf(process.pid),
    bootId: await bootId(),
    socketFolder,
  };
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const earlier = await readOwners(dataDir);
    const last = earlier.at(-1);
    if (last?.owner && (await isAlive(last.owner))) throw new DataDirInUse(dataDir, last.owner.pid);
    const number = (last?.number ?? 0) + 1;
    if (await claim(dataDir, number, me)) return held(dataDir, number, earlier);
  }
  throw new EmbeddedPostgresError(
    `DATA_DIR ${dataDir} is being opened by many processes at once: start one.`,
  );
}

/** @returns the folder in which the data folder's server listens, if its owner is alive */
export async function liveSocketFolder(dataDir: string): Promise<string | undefined> {
  const owner = (await readOwners(dataDir)).at(-1)?.owner;
  return owner && (await isAlive(owner)) ? owner.socketFolder : undefined;
}

function held(dataDir: string, number: number, earlier: readonly OwnerFile[]): DataDirLock {
  const abandoned = earlier.flatMap(({ owner }) => (owner ? [owner.socketFolder] : []));
  return {
    abandoned,
    async forgetAbandoned() {
      for (const name of await readdir(dataDir)) {
        const old = numberOf(name);
        if (name.endsWith('.owner-tmp') || (old !== undefined && old < number)) {
          await rm(join(dataDir, name), { force: true });
        }
      }
    },
    async release() {
      try {
        await truncate(fileOf(dataDir, number));
      } catch (error) {
        // The folder was deleted meanwhile, so there is nothing to release.
        if (errorCode(error) !== 'ENOENT') throw error;
      }
    },
  };
}

async function claim(dataDir: string, number: number, me: Owner): Promise<boolean> {
  const temporary = await writeTemporary(dataDir, me);
  try {
    await link(temporary, fileOf(dataDir, number));
  } catch (error) {
    // EEXIST: another process was faster. ENOENT: that process has removed the temporary file.
    if (errorCode(error) === 'EEXIST' || errorCode(error) === 'ENOENT') return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
  // The folder was read some time ago. Higher numbers may have been claimed and this one removed since.
  const highest = (await readOwners(dataDir)).at(-1)?.number;
  if (highest === number) return true;
  await rm(fileOf(dataDir, number), { force: true });
  return false;
}

async function isAlive(owner: Owner): Promise<boolean> {
  if (owner.bootId !== (await bootId())) return false;
  const startTime = await startTimeOf(owner.pid);
  return startTime !== null && startTime === owner.startTime;
}

async function readOwners(dataDir: string): Promise<OwnerFile[]> {
  const files: OwnerFile[] = [];
  for (const name of await readdir(dataDir)) {
    const number = numberOf(name);
    if (number === undefined) continue;
    files.push({ number, owner: parseOwner(await readFile(join(dataDir, name), 'utf8').catch(() => '')) });
  }
  return files.sort((a, b) => a.number - b.number);
}

/** @returns null for an empty file, which was released or lost its content in a power failure */
function parseOwner(text: string): Owner | null {
  try {
    return ownerSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

async function writeTemporary(dataDir: string, owner: Owner): Promise<string> {
  const path = join(dataDir, `${process.pid}-${randomBytes(6).toString('hex')}.owner-tmp`);
  await writeFile(path, `${JSON.stringify(owner)}\n`, { mode: 0o644, flag: 'wx' });
  return path;
}

function fileOf(dataDir: string, number: number): string {
  return join(dataDir, `owner.${number}.json`);
}

function numberOf(name: string): number | undefined {
  const digits = /^owner\.(\d{1,15})\.json$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
