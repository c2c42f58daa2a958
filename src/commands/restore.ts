import { chmod, copyFile, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { restoreCluster } from '../embedded-postgres/backup.js';
import { startEmbeddedPostgres } from '../embedded-postgres/start.js';
import { backupNote, entriesOf, exists, folderOf, secretFiles } from './backup.js';
import { type CommandContext, CommandError } from './command.js';

/** `npm run restore -- FOLDER`: puts a backup into an empty DATA_DIR, and opens it once to see that it is whole. */
export async function restore({ config, args, print, onProgress }: CommandContext): Promise<void> {
  const source = folderOf(config, args, 'restore', 'pg_restore');
  const { dataDir } = config;
  if (!(await exists(join(source, backupNote)))) {
    throw new CommandError(`${source} is not a complete backup of npm run backup.`);
  }
  if ((await entriesOf(join(dataDir, 'postgres'))).length > 0) {
    throw new CommandError(`DATA_DIR ${dataDir} has a database. Move it away, or set another DATA_DIR.`);
  }
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  for (const name of secretFiles) await restoreSecret(source, dataDir, name);
  onProgress('Copying the database');
  await restoreCluster(join(source, 'postgres'), dataDir);
  onProgress('Recovering the database');
  try {
    const postgres = await startEmbeddedPostgres({ dataDir });
    await postgres.stop();
  } catch (error) {
    await rm(join(dataDir, 'postgres'), { recursive: true, force: true });
    throw error;
  }
  print(`The backup is restored into ${dataDir}. Start Stipend.\n`);
}

async function restoreSecret(source: string, dataDir: string, name: string): Promise<void> {
  const [from, to] = [join(source, name), join(dataDir, name)];
  if (!(await exists(from))) return;
  if ((await exists(to)) && (await readFile(to, 'utf8')) !== (await readFile(from, 'utf8'))) {
    throw new CommandError(`DATA_DIR ${dataDir} has another ${name}. Move it away, or set another DATA_DIR.`);
  }
  await copyFile(from, to);
  await chmod(to, 0o600);
}
