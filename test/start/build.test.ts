import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { cleanUp, newFolder } from './support.js';

cleanUp();

const inputs = ['package.json', 'package-lock.json', 'schema.graphql', 'codegen.yml', 'tsconfig.json'];
const sources = ['tsconfig.build.json', 'prisma', 'prisma.config.ts', 'scripts', 'src', 'client', 'web'];

/** What a clone is after `npm ci`. */
async function freshClone(): Promise<string> {
  const clone = await newFolder();
  const isSource = (path: string) => !path.includes('generated') && !path.endsWith('client/dist');
  for (const name of [...inputs, ...sources]) {
    await cp(resolve(name), join(clone, name), { recursive: true, filter: isSource });
  }
  await symlink(resolve('node_modules'), join(clone, 'node_modules'));
  return clone;
}

test('two starts at once on a fresh clone, whose first build was killed, build once and both go on', async () => {
  const clone = await freshClone();
  const { stdout } = await promisify(execFile)('sh', ['-c', 'echo $$']);
  await mkdir(join(clone, 'dist'));
  await writeFile(join(clone, 'dist', '.building'), stdout.trim());
  // A command that there is not: what is built says so.
  const start = () =>
    promisify(execFile)(process.execPath, ['scripts/start.js', 'nothing'], { cwd: clone }).then(
      () => 'started',
      (error) => String(error.stderr),
    );
  const refused = expect.stringMatching(/^stipend: There is no command nothing\..*\n$/);
  expect(await Promise.all([start(), start()])).toEqual([refused, refused]);
  const left = (await readdir(join(clone, 'dist'))).filter((name) => name.startsWith('.building'));
  expect(left).toEqual([]);
});
