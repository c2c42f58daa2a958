import { readFile, stat } from 'node:fs/promises';
import process from 'node:process';
import { EmbeddedPostgresError, errorCode } from './errors.js';

/** The user and group that run PostgreSQL; undefined means those of this process. */
export type RunAs = { readonly uid: number; readonly gid: number } | undefined;

/**
 * Chooses who runs PostgreSQL. It refuses to run as root, so root uses another user: the one who owns the cluster already,
 * even if a user `postgres` is installed later, or else `postgres` or `nobody`. The user must have a name, because initdb
 * looks it up.
 *
 * @throws EmbeddedPostgresError when the cluster belongs to somebody else, or root finds no user to run it
 */
export async function chooseIdentity(clusterDir: string): Promise<RunAs> {
  const uid = process.getuid?.();
  if (uid === undefined) {
    throw new EmbeddedPostgresError('There is no embedded PostgreSQL for this platform: set DATABASE_URL.');
  }
  const owner = await ownerOf(clusterDir);
  if (uid !== 0) {
    if (owner === undefined || owner.uid === uid) return undefined;
    throw new EmbeddedPostgresError(
      `The database in ${clusterDir} belongs to uid ${owner.uid} and Stipend runs as uid ${uid}: run it as that user, or as root.`,
    );
  }
  if (process.platform !== 'linux') {
    // Without /proc/self/cwd the other user cannot get past folders that only root may enter.
    throw new EmbeddedPostgresError(
      'As root the embedded PostgreSQL runs on Linux only: run Stipend as another user.',
    );
  }
  if (owner !== undefined && owner.uid !== 0) return owner;
  return findUser(await readFile('/etc/passwd', 'utf8').catch(() => ''));
}

/** Whether other programs may run as the same user: `nobody` is whoever has no user of its own. */
export async function isNobody(runAs: RunAs): Promise<boolean> {
  if (runAs === undefined) return false;
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
  return passwd.split('\n').some((line) => {
    const [name, , uid] = line.split(':');
    return name === 'nobody' && Number(uid) === runAs.uid;
  });
}

async function ownerOf(path: string): Promise<{ uid: number; gid: number } | undefined> {
  try {
    const { uid, gid } = await stat(path);
    return { uid, gid };
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function findUser(passwd: string): RunAs {
  const users = passwd.split('\n').map((line) => line.split(':'));
  for (const wanted of ['postgres', 'nobody']) {
    const [, , uid, gid] = users.find(([name]) => name === wanted) ?? [];
    if (Number(uid) > 0 && Number(gid) > 0) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new EmbeddedPostgresError(
    'PostgreSQL refuses to run as root, and there is no user "postgres" or "nobody" to run it: add one, or run Stipend as another user.',
  );
}
