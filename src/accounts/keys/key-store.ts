import { randomBytes } from 'node:crypto';
import { chown, readFile, rename, stat, unlink, writeFile } from 'node:fs/promises';
import type { Database } from '../../database/database.js';
import { findSharedValue } from '../../database/shared-values.js';
import { createSealer } from '../../values/sealing.js';
import type { Secret } from '../../values/secret.js';
import { type JwkSet, KeyError, parseJwkSet } from './jwk.js';
import { secretKeyId, withSecret } from './key-ring.js';

/** Where the key ring is stored. */
export interface KeyStore {
  /**
   * @returns the ring with its secret parts
   * @throws KeyError
   */
  read(): Promise<JwkSet>;
  /** Reads the ring, applies the change, and writes it, with no other change in between. */
  update(change: (set: JwkSet) => JwkSet): Promise<void>;
  /** Whether the ring may have changed since the last call. */
  mayHaveChanged(): Promise<boolean>;
}

/** A JWK Set in the operator's file JWT_KEYS. */
export function fileKeyStore(path: string): KeyStore {
  let seen: string | undefined;
  return {
    read: () => readKeyFile(path),
    update: async (change) => {
      const before = await versionOf(path);
      const set = change(before === undefined ? { keys: [] } : await readKeyFile(path));
      const draft = await writeDraft(path, set);
      if ((await versionOf(path)) !== before) {
        await unlink(draft);
        throw new KeyError('JWT_KEYS: somebody else changed the file meanwhile. Try again.');
      }
      await rename(draft, path);
    },
    mayHaveChanged: async () => {
      const version = await versionOf(path);
      const changed = version !== seen;
      seen = version;
      return changed;
    },
  };
}

async function readKeyFile(path: string): Promise<JwkSet> {
  try {
    return parseJwkSet(await readFile(path, 'utf8'));
  } catch (error) {
    if (error instanceof KeyError) throw new KeyError(`JWT_KEYS: ${error.message}`, { cause: error });
    throw new KeyError(`JWT_KEYS names a file that cannot be read (${codeOf(error)}).`, { cause: error });
  }
}

/** @returns a value that changes with the file's content, or undefined if there is no file */
async function versionOf(path: string): Promise<string | undefined> {
  try {
    const { mtimeMs, size, ino } = await stat(path);
    return `${mtimeMs} ${size} ${ino}`;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes a file that can replace the other one by a rename. It gets the same owner. */
async function writeDraft(path: string, set: JwkSet): Promise<string> {
  const draft = `${path}.${randomBytes(4).toString('hex')}`;
  await writeFile(draft, `${JSON.stringify(set, null, 2)}\n`, { mode: 0o600, flag: 'wx', flush: true });
  const replaced = await stat(path).catch(() => undefined);
  // Only root can change the owner, and only root needs to: anybody else owns both files.
  if (replaced) await chown(draft, replaced.uid, replaced.gid).catch(() => {});
  return draft;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}

const valueName = 'key-ring';

/** In the database, sealed with a key derived from JWT_SECRET: whoever reads only the database cannot forge tokens. */
export function databaseKeyStore(database: Database, secret: Secret): KeyStore {
  const sealer = createSealer(secret, 'key ring');
  const own = secretKeyId(secret);
  const open = (stored: Uint8Array | undefined): JwkSet => {
    try {
      return withSecret(stored ? parseJwkSet(sealer.open(stored, valueName)) : { keys: [] }, secret);
    } catch {
      // Another JWT_SECRET sealed it. Its keys are lost with that secret, and so are their tokens.
      return withSecret({ keys: [] }, secret);
    }
  };
  const seal = ({ keys }: JwkSet) => {
    const stored = keys.map(({ k, ...jwk }) => (jwk.kid === own || k === undefined ? jwk : { ...jwk, k }));
    return sealer.seal(JSON.stringify({ keys: stored }), valueName);
  };
  const where = { name: valueName };
  return {
    read: async () => open(await findSharedValue(database, valueName)),
    update: (change) =>
      database.transaction(async (tx) => {
        await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('stipend:key-ring'))`;
        const stored = await tx.sharedValue.findUnique({ where });
        const value = seal(change(open(stored?.value)));
        await tx.sharedValue.upsert({ where, create: { name: valueName, value }, update: { value } });
      }),
    // NOTIFY announces a change; the regular reload makes up for a missed one.
    mayHaveChanged: async () => true,
  };
}
