import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../values/config-error.js';
import { Secret } from '../values/secret.js';

/**
 * A secret that is kept in a file of its own below DATA_DIR, mode 0600, made when it is not there yet.
 *
 * @returns 32 random bytes, in base64url
 * @throws ConfigError when the file is there and holds less
 */
export async function keptSecret(dataDir: string, name: string): Promise<Secret> {
  const path = join(dataDir, name);
  const kept = await readIfThere(path);
  if (kept !== undefined) return whole(path, kept);
  await mkdir(dataDir, { recursive: true });
  await writeOnce(path, `${randomBytes(32).toString('base64url')}\n`);
  return whole(path, await readFile(path, 'utf8'));
}

const shortestSecret = 32;

/** A new one in its place would end every login, or lose every account number: that is not for a program to decide. */
function whole(path: string, content: string): Secret {
  const value = content.trim();
  if (Buffer.byteLength(value) < shortestSecret) {
    throw new ConfigError(`${path} is damaged. Restore it from a backup of DATA_DIR.`);
  }
  return new Secret(value);
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The file appears whole and on disk, or not at all: half a key would lose what it encrypts. */
async function writeOnce(path: string, content: string): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(draft, path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    await unlink(draft);
  }
}
