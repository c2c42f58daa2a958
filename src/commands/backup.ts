import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { copyRunningCluster } from '../embedded-postgres/backup.js';
import { findRunningPostgres, startEmbeddedPostgres } from '../embedded-postgres/start.js';
import type { Config } from '../start/config.js';
import { systemClock } from '../values/clock.js';
import { type CommandContext, CommandError } from './command.js';

/** Written last: a folder that has it is a whole backup. */
export const backupNote = 'backup.json';
/** Files of DATA_DIR without which the database cannot be opened, or not be read. */
export const secretFiles = ['postgres.password', 'jwt-secret', 'data-key'];

/**
 * `npm run backup -- FOLDER`: backs up the embedded database and its secrets, whether or not a server is running. The folder
 * appears when the backup is complete.
 */
export async function backup({ config, args, print, onProgress }: CommandContext): Promise<void> {
  const target = folderOf(config, args, 'backup', 'pg_dump');
  if (`${target}${sep}`.startsWith(`${config.dataDir}${sep}`)) {
    throw new CommandError(`${target} is in DATA_DIR. Choose a folder outside of it.`);
  }
  if ((await entriesOf(target)).length > 0) {
    throw new CommandError(`${target} is not empty. Choose a new folder for each backup.`);
  }
  if ((await entriesOf(join(config.dataDir, 'postgres'))).length === 0) {
    throw new CommandError(`There is no database in DATA_DIR ${config.dataDir}.`);
  }
  const partial = `${target}.partial-${randomBytes(4).toString('hex')}`;
  await mkdir(dirname(target), { recursive: true });
  await mkdir(partial, { mode: 0o700 });
  try {
    await copy(config, partial, onProgress);
    await rm(target, { recursive: true, force: true });
    await rename(partial, target);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  print(
    `The backup is complete: ${target}\nIt contains secrets and personal data. Keep it as safe as the database.\n`,
  );
  if (config.dataKey)
    print('DATA_KEY is set in the environment, and is not in the backup. Keep it, in another place.\n');
}

async function copy(
  { dataDir }: Config,
  partial: string,
  onProgress: CommandContext['onProgress'],
): Promise<void> {
  const running = await findRunningPostgres(dataDir);
  const own = running ? undefined : await startEmbeddedPostgres({ dataDir, onProgress });
  try {
    onProgress('Copying the database');
    const connection = running ?? own?.connection;
    if (connection) await copyRunningCluster(dataDir, connection, join(partial, 'postgres'));
    for (const name of secretFiles) {
      // A secret that is set in the environment has no file.
      if (await exists(join(dataDir, name))) await copyFile(join(dataDir, name), join(partial, name));
    }
    const note = { version: 1, completedAt: systemClock.now().toISOString() };
    await writeFile(join(partial, backupNote), `${JSON.stringify(note)}\n`, { flush: true });
  } finally {
    await own?.stop();
  }
}

/** @throws CommandError when the words are not one folder, or the database is not the embedded one */
export function folderOf(config: Config, args: string[], command: string, instead: string): string {
  const [folder, ...rest] = args;
  if (folder === undefined || folder === '' || rest.length > 0) {
    throw new CommandError(`Usage: npm run ${command} -- FOLDER`);
  }
  if (config.databaseUrl) {
    throw new CommandError(
      `DATABASE_URL is set, and npm run ${command} is for the embedded database. Use ${instead}: see docs/operating.md.`,
    );
  }
  return resolve(folder);
}

/** @returns the names in a folder, none if there is no such folder */
export async function entriesOf(folder: string): Promise<string[]> {
  return (await exists(folder)) ? readdir(folder) : [];
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
