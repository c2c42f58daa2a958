import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { afterAll, expect, test } from 'vitest';
import { bundle } from './bundle.js';

const folder = await mkdtemp(join(tmpdir(), 'stipend-pack-'));
afterAll(() => rm(folder, { recursive: true }));
const pack = ['pack', '--workspace', '@stipend/client', '--pack-destination', folder, '--json'];
const { stdout } = await promisify(execFile)('npm', pack);
const [packed] = JSON.parse(stdout);
const tarball = await readFile(join(folder, packed.filename));

test('the client has at most 6 kB gzipped, and each adapter at most 1 kB', async () => {
  const peers = [/^@apollo\//, /^@urql\//, /^graphql$/, /^wonka$/];
  const sizeOf = async (file: string) =>
    gzipSync(await bundle(`client/dist/${file}`, [...peers]), { level: 9 }).length;
  expect(await sizeOf('index.js')).toBeLessThanOrEqual(6000);
  expect(await sizeOf('apollo.js')).toBeLessThanOrEqual(1000);
  expect(await sizeOf('urql.js')).toBeLessThanOrEqual(1000);
});

test('the client has no dependency at run time', async () => {
  const { dependencies, scripts } = JSON.parse(await readFile('client/package.json', 'utf8'));
  expect({ dependencies, scripts }).toEqual({ dependencies: undefined, scripts: undefined });
  const code = await bundle('client/dist/index.js');
  expect(code).not.toMatch(/\b(import|require)\b\s*[("']/);
});

test('publint finds nothing in what npm packs', async () => {
  const data = new Uint8Array(tarball).buffer;
  const { messages } = await publint({ pack: { tarball: data }, strict: true });
  expect(messages).toEqual([]);
});

test('the types are right wherever ES modules can be imported', async () => {
  const checked = await checkPackage(createPackageFromTarballData(tarball));
  if (!checked.types) throw new Error('the package has no types');
  const reasons = checked.problems.filter(
    (problem) => !('resolutionKind' in problem) || !['node10', 'node16-cjs'].includes(problem.resolutionKind),
  );
  expect(reasons).toEqual([]);
});

test('the package has the license, the README and what is built, and no source of another place', async () => {
  const paths: string[] = packed.files.map(({ path }: { path: string }) => path);
  expect(paths).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'dist/index.js', 'dist/index.d.ts']));
  expect(
    paths.filter((path) => !/^(dist\/[\w-]+\.(d\.ts|js)|LICENSE|README\.md|package\.json)$/.test(path)),
  ).toEqual([]);
});
