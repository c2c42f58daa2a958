import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../values/config-error.js';
import { Secret } from '../values/secret.js';

/**
 * Reads a secret from a file below DATA_DIR, which is created with mode 0600 if there is none.
 *
 * @returns 32 random bytes in base64url
 * @throws ConfigError when the file is damaged
 */
export async function storedSecret(dataDir: string, name: string): Promise<Secret> {
  const path = join(dataDir, name);
  const stored = await readIfExists(path);
  if (stored !== undefined) return parseSecret(path, stored);
  await mkdir(dataDir, { recursive: true });
  await writeOnce(path, `${randomBytes(32).toString('base64url')}\n`);
  return parseSecret(path, await readFile(path, 'utf8'));
}

const minSecretBytes = 32;

/** A damaged secret is not replaced: that would end every session, or make every account number unreadable. */
function parseSecret(path: string, content: string): Secret {
  const value = content.trim();
  if (Buffer.byteLength(value) < minSecretBytes) {
    throw new ConfigError(`${path} is damaged. Restore it from a backup of DATA_DIR.`);
  }
  return new Secret(value);
}

async function readIfExists(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The file is complete and on disk, or there is none: with a partial secret, what it encrypts would be lost. */
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
