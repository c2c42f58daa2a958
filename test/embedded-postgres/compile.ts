import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const NODE_MODULES = resolve('node_modules');

/** Compiles the module into a folder of its own, so that a plain node process can own a database. */
export async function compileEmbedded(): Promise<{ folder: string; start: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'stipend-compiled-'));
  await compileInto(folder);
  await symlink(NODE_MODULES, join(folder, 'node_modules'));
  return { folder, start: join(folder, 'build', 'start.js') };
}

/** Compiles the module into `folder`, which needs a node_modules besides. */
export async function compileInto(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  const flags = [
    '--noEmit',
    'false',
    '--outDir',
    join(folder, 'build'),
    '--rootDir',
    'src/embedded-postgres',
  ];
  const files = ['--ignoreConfig', 'src/embedded-postgres/start.ts'];
  const language = [
    '--module',
    'nodenext',
    '--target',
    'es2023',
    '--strict',
    '--types',
    'node',
    '--skipLibCheck',
  ];
  await run(process.execPath, [
    join(NODE_MODULES, 'typescript', 'bin', 'tsc'),
    ...flags,
    ...language,
    ...files,
  ]);
}
