import { constants } from 'node:fs';
import { copyFile, mkdir, mkdtemp, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { clusterDirOf, partialPrefix, syncFolder } from './cluster.js';
import { EmbeddedPostgresError, errorCode, explain } from './errors.js';
import type { EmbeddedPostgres } from './start.js';

/** Their contents belong to the running server, which makes them anew: see PostgreSQL's "Making a base backup". */
const emptyFolders = [
  'pg_dynshmem',
  'pg_notify',
  'pg_replslot',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
  'pg_wal',
];
const leftOut = /^(postmaster\.(pid|opts)|pgsql_tmp.*|backup_label.*|tablespace_map.*|pg_internal\.init.*)$/;
const segmentName = /^[0-9A-F]{24}$/;

/**
 * Copies a cluster while its server runs, by PostgreSQL's low-level backup API: whatever was committed before the end of the
 * copy is in it. A replication slot keeps the WAL that the copy needs until it has been copied, too.
 *
 * @param target a folder that does not exist; it is the cluster's folder when the promise resolves
 */
export async function copyRunningCluster(
  dataDir: string,
  connection: EmbeddedPostgres['connection'],
  target: string,
): Promise<void> {
  const source = clusterDirOf(dataDir);
  const client = new pg.Client({
    ...connection,
    ssl: false,
    options: ' ',
    application_name: 'stipend backup',
  });
  client.on('error', () => {
    // The next statement fails, and says so.
  });
  await client.connect();
  try {
    await client.query("SELECT pg_create_physical_replication_slot('stipend_backup', true, true)");
    const started = await client.query<{ segment: string }>(
      "SELECT pg_walfile_name(pg_backup_start('stipend', true)) AS segment",
    );
    await copyFolder(source, target, isOfTheServer);
    const stopped = await client.query<{ segment: string; label: string; spaces: string }>(
      'SELECT pg_walfile_name(lsn) AS segment, labelfile AS label, spcmapfile AS spaces FROM pg_backup_stop(true)',
    );
    const [first] = started.rows;
    const [last] = stopped.rows;
    if (!first || !last)
      throw new EmbeddedPostgresError('PostgreSQL has not said where the backup begins and ends');
    if (last.spaces.trim() !== '')
      throw new EmbeddedPostgresError('A database with tablespaces cannot be backed up');
    const names = (await readdir(join(source, 'pg_wal'))).filter(
      (name) =>
        name.endsWith('.history') || (segmentName.test(name) && isWithin(name, first.segment, last.segment)),
    );
    for (const name of names) await copyWhole(join(source, 'pg_wal', name), join(target, 'pg_wal', name));
    await writeFile(join(target, 'backup_label'), last.label, { mode: 0o600, flush: true });
  } catch (error) {
    // The slot of that name exists.
    if (errorCode(error) === '42710')
      throw new EmbeddedPostgresError('Another backup is being made: wait for it');
    throw error;
  } finally {
    await client.end();
  }
}

/** Segments of the log are named in order, below the timeline's number. */
function isWithin(name: string, first: string, last: string): boolean {
  return name >= first && name <= last;
}

/**
 * Copies a backup to where a cluster belongs. The next start recovers it, up to the end of the backup.
 *
 * @throws EmbeddedPostgresError when there is one already
 */
export async function restoreCluster(source: string, dataDir: string): Promise<void> {
  const partial = await mkdtemp(join(dataDir, partialPrefix));
  try {
    await copyFolder(source, partial, () => false);
    await rename(partial, clusterDirOf(dataDir));
    await syncFolder(dataDir);
  } catch (error) {
    throw explain(error, dataDir);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/** Which of the entries of a cluster the copy has without its contents, or not at all. */
function isOfTheServer(name: string): boolean {
  return leftOut.test(name) || emptyFolders.includes(name);
}

/** Files that vanish or grow meanwhile are mended by the WAL. */
async function copyFolder(from: string, to: string, leaveOut: (name: string) => boolean): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o700 });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    const isLeftOut = leaveOut(entry.name);
    if (entry.isDirectory() && isLeftOut) await mkdir(target, { mode: 0o700 });
    else if (entry.isDirectory()) await copyFolder(source, target, leaveOut);
    else if (entry.isFile() && !isLeftOut) await copyWhole(source, target);
  }
}

async function copyWhole(source: string, target: string): Promise<void> {
  try {
    await copyFile(source, target, constants.COPYFILE_FICLONE);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw error;
  }
  const file = await open(target, 'r+');
  try {
    await file.chmod(0o600);
    await file.sync();
  } finally {
    await file.close();
  }
}
