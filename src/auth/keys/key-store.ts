import { randomBytes } from 'node:crypto';
import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import type { Secret } from '../../config.js';
import type { Database } from '../../database/database.js';
import { createSealer } from '../../sealing.js';
import { type JwkSet, KeyError, parseJwkSet } from './jwk.js';
import { secretKeyId, withSecret } from './key-ring.js';

/** Where the ring is kept. */
export interface KeyStore {
  /** The ring, complete with its secret parts. @throws KeyError */
  read(): Promise<JwkSet>;
  /** Reads the ring, lets it be changed, and writes it, with no other change in between. */
  update(change: (set: JwkSet) => JwkSet): Promise<void>;
  /** Says whether the ring may have changed since it was last asked, where nobody tells. */
  changed(): Promise<boolean>;
}

/** A JWK Set in a file of the operator's: JWT_KEYS. */
export function fileKeyStore(path: string): KeyStore {
  const read = async (): Promise<JwkSet> => {
    try {
      return parseJwkSet(await readFile(path, 'utf8'));
    } catch (error) {
      if (error instanceof KeyError) throw new KeyError(`JWT_KEYS: ${error.message}`, { cause: error });
      throw new KeyError('JWT_KEYS names a file that cannot be read.', { cause: error });
    }
  };
  let seen = '';
  return {
    read,
    update: async (change) => {
      const draft = `${path}.${randomBytes(4).toString('hex')}`;
      await writeFile(draft, `${JSON.stringify(change(await read()), null, 2)}\n`, {
        mode: 0o600,
        flag: 'wx',
      });
      await rename(draft, path);
    },
    changed: async () => {
      const { mtimeMs, size, ino } = await stat(path);
      const version = `${mtimeMs} ${size} ${ino}`;
      const changed = version !== seen;
      seen = version;
      return changed;
    },
  };
}

const valueName = 'key-ring';

/** In the database, sealed with a key that JWT_SECRET gives: who reads the database alone can forge no token. */
export function databaseKeyStore(database: Database, secret: Secret): KeyStore {
  const sealer = createSealer(secret, 'key ring');
  const own = secretKeyId(secret);
  const open = (stored: { value: Uint8Array } | null): JwkSet => {
    try {
      return withSecret(stored ? parseJwkSet(sealer.open(stored.value, valueName)) : { keys: [] }, secret);
    } catch {
      // Another JWT_SECRET sealed it: its keys have gone with that secret, and so have their tokens.
      return withSecret({ keys: [] }, secret);
    }
  };
  const seal = ({ keys }: JwkSet) => {
    const stored = keys.map(({ k, ...jwk }) => (jwk.kid === own || k === undefined ? jwk : { ...jwk, k }));
    return sealer.seal(JSON.stringify({ keys: stored }), valueName);
  };
  const where = { name: valueName };
  return {
    read: async () => open(await database.prisma.sharedValue.findUnique({ where })),
    update: (change) =>
      database.transaction(async (tx) => {
        await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('stipend:key-ring'))`;
        const value = seal(change(open(await tx.sharedValue.findUnique({ where }))));
        await tx.sharedValue.upsert({ where, create: { name: valueName, value }, update: { value } });
      }),
    // A change is announced by NOTIFY; the regular look makes up for one that was missed.
    changed: async () => true,
  };
}
