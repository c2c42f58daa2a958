// What a clone lacks until it is built: the types and the client that are generated, and dist/.

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stampPath = join(root, 'dist', '.built-from');
const inputs = [
  'src',
  'prisma/schema.prisma',
  'schema.graphql',
  'codegen.yml',
  'tsconfig.json',
  'tsconfig.build.json',
  'package-lock.json',
];

/**
 * Builds unless dist/ was built from just these inputs.
 *
 * @param {(message: string) => void} [onProgress]
 */
export async function buildIfNeeded(onProgress = () => {}) {
  const stamp = fingerprint();
  if (existsSync(stampPath) && readFileSync(stampPath, 'utf8') === stamp) return;
  onProgress('Building (the first time only)');
  rmSync(stampPath, { force: true });
  await generate();
  await run('typescript', 'tsc', ['--project', 'tsconfig.build.json']);
  mkdirSync(dirname(stampPath), { recursive: true });
  writeFileSync(stampPath, stamp);
}

/** Prisma's client and the resolvers' types: all that tests and editors need besides the sources. */
export async function generate() {
  await Promise.all([
    // Any file will do: generating needs no schema engine, and naming one keeps Prisma from downloading it.
    run('prisma', 'prisma', ['generate'], {
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      CHECKPOINT_DISABLE: '1',
    }),
    run('@graphql-codegen/cli', 'graphql-codegen', ['--config', 'codegen.yml']),
  ]);
}

async function run(packageName, command, args, env = {}) {
  const folder = join(root, 'node_modules', packageName);
  if (!existsSync(folder)) {
    throw new BuildError(
      `The package ${packageName} is missing, which builds Stipend. Run \`npm ci\` first, without omitting dev dependencies.`,
    );
  }
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const script = join(folder, typeof bin === 'string' ? bin : bin[command]);
  try {
    await promisify(execFile)(process.execPath, [script, ...args], {
      cwd: root,
      env: { ...process.env, ...env },
    });
  } catch (error) {
    throw new BuildError(`${command} failed:\n${error.stdout ?? ''}${error.stderr ?? ''}`);
  }
}

export class BuildError extends Error {}

function fingerprint() {
  const hash = createHash('sha256');
  for (const path of inputs.flatMap((input) => filesBelow(input)).sort()) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0');
  }
  return hash.digest('hex');
}

function filesBelow(path) {
  if (/\.\w+$/.test(path)) return [path];
  return readdirSync(join(root, path), { withFileTypes: true })
    .filter((entry) => entry.name !== 'generated')
    .flatMap((entry) =>
      entry.isDirectory() ? filesBelow(`${path}/${entry.name}`) : [`${path}/${entry.name}`],
    );
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    await buildIfNeeded();
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    console.error(`stipend: ${error.message}`);
    process.exit(1);
  }
}
