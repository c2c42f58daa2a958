// What a clone lacks until it is built: the types and the client that are generated, and dist/.

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { parse, print } from 'graphql';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stampPath = join(root, 'dist', '.built-from');
const lockPath = join(root, 'dist', '.building');
const longestWaitMs = 120_000;
const inputs = [
  'src',
  'client/src',
  'client/tsconfig.json',
  'prisma/schema.prisma',
  'schema.graphql',
  'codegen.yml',
  'scripts/generate-types.js',
  'web/src',
  'web/public',
  'web/index.html',
  'web/explorer.html',
  'web/vite.config.ts',
  'tsconfig.json',
  'tsconfig.build.json',
  'package-lock.json',
];

/**
 * Builds unless dist/ was built from just these inputs. Processes that start together build once: the others wait.
 *
 * @param {(message: string) => void} [onProgress]
 */
export async function buildIfNeeded(onProgress = () => {}) {
  if (isBuilt()) return;
  onProgress('Building (the first time only)');
  await takeLock();
  try {
    const stamp = fingerprint();
    if (isBuilt(stamp)) return;
    rmSync(stampPath, { force: true });
    await generate();
    const tsc = commandOf('typescript', 'tsc');
    await Promise.all([
      run(tsc, ['--project', 'tsconfig.build.json']),
      run(tsc, ['--project', 'client/tsconfig.json']),
      run(commandOf('vite', 'vite'), [
        'build',
        'web',
        '--config',
        'web/vite.config.ts',
        '--logLevel',
        'error',
      ]),
    ]);
    await finishConsole();
    writeFileSync(stampPath, stamp);
  } finally {
    rmSync(lockPath, { force: true });
  }
}

function isBuilt(stamp = fingerprint()) {
  return existsSync(stampPath) && readFileSync(stampPath, 'utf8') === stamp;
}

/** A file with the builder's pid. One whose builder was killed is in nobody's way. */
async function takeLock() {
  const mine = `${lockPath}-${process.pid}`;
  try {
    mkdirSync(dirname(lockPath), { recursive: true });
    writeFileSync(mine, String(process.pid));
  } catch (error) {
    throw new BuildError(
      `Stipend is not built yet, and ${dirname(lockPath)} cannot be written (${error.code}).`,
    );
  }
  try {
    const deadline = performance.now() + longestWaitMs;
    while (!canLink(mine, lockPath)) {
      if (performance.now() > deadline) {
        throw new BuildError(`Another build is taking too long. If none is running, remove ${lockPath}.`);
      }
      if (isAlive(builder()) || !removeDeadLock(mine)) await delay(100);
    }
  } finally {
    rmSync(mine, { force: true });
  }
}

/** One process at a time: otherwise a second one could remove the lock that the first has taken meanwhile. */
function removeDeadLock(mine) {
  const guard = `${lockPath}-removal`;
  if (!canLink(mine, guard)) return false;
  try {
    if (!isAlive(builder())) rmSync(lockPath, { force: true });
  } finally {
    rmSync(guard, { force: true });
  }
  return true;
}

/** The file appears with its content, or not at all. */
function canLink(mine, path) {
  try {
    linkSync(mine, path);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  }
}

/** This very process where the lock is gone by now: there is nothing to remove then. */
function builder() {
  try {
    return Number(readFileSync(lockPath, 'utf8'));
  } catch {
    return process.pid;
  }
}

function isAlive(pid) {
  try {
    // No signal: only whether one could be sent.
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Prisma's client and the types of the schema: all that tests and editors need besides the sources. */
async function generate() {
  await Promise.all([
    // Any file will do: generating needs no schema engine, and naming one keeps Prisma from downloading it.
    run(commandOf('prisma', 'prisma'), ['generate'], {
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      CHECKPOINT_DISABLE: '1',
    }),
    run(join(root, 'scripts', 'generate-types.js')),
  ]);
}

/** The highest quality, 11, takes ten times as long, for files that are smaller by a tenth. */
const brotliOptions = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };

/** Compresses the console's files, and lists its documents for a server that serves trusted ones only. */
async function finishConsole() {
  const folder = join(root, 'dist', 'web');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(js|css|html|svg)$/.test(name),
  );
  for (const name of files) {
    const content = readFileSync(join(folder, name));
    writeFileSync(join(folder, `${name}.br`), brotliCompressSync(content, brotliOptions));
    writeFileSync(join(folder, `${name}.gz`), gzipSync(content, { level: 9 }));
  }
  const { ownDocuments } = await import(pathToFileURL(join(root, 'client', 'dist', 'own-documents.js')).href);
  const texts = readdirSync(join(root, 'web', 'src', 'pages'))
    .filter((name) => name.endsWith('.graphql'))
    .flatMap((name) => parse(readFileSync(join(root, 'web', 'src', 'pages', name), 'utf8')).definitions)
    .map((operation) => print(operation));
  const entries = [...texts, ...Object.values(ownDocuments)].map((text) => [
    createHash('sha256').update(text).digest('hex'),
    text,
  ]);
  writeFileSync(join(root, 'dist', 'console-documents.json'), JSON.stringify(Object.fromEntries(entries)));
}

/** The script behind a command of a package. */
function commandOf(packageName, command) {
  const folder = join(root, 'node_modules', packageName);
  if (!existsSync(folder)) {
    throw new BuildError(
      `The package ${packageName}, which the build needs, is missing. Run \`npm ci\` first, without omitting dev dependencies.`,
    );
  }
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return join(folder, typeof bin === 'string' ? bin : bin[command]);
}

async function run(script, args = [], env = {}) {
  try {
    await promisify(execFile)(process.execPath, [script, ...args], {
      cwd: root,
      env: { ...process.env, ...env },
    });
  } catch (error) {
    throw new BuildError(`${relative(root, script)} failed:\n${error.stdout ?? ''}${error.stderr ?? ''}`);
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
